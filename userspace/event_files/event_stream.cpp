// SPDX-License-Identifier: Apache-2.0
// One event of each file is held; the earliest goes. Of equal times the file that was named first goes first.
#include "event_files/event_stream.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "event_files/event_file.h"

namespace cnamedrop::event_files {
namespace {

constexpr unsigned max_backups = 1000;  // that are looked for

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

void append(std::vector<std::string>& problems, const std::vector<std::string>& more) {
  for (const std::string& problem : more)
    if (problems.size() < EventReader::max_problems) problems.push_back(problem);
}

}  // namespace

std::vector<std::string> with_backups(const std::string& path) {
  std::vector<std::string> paths = {path};
  if (path == "-") return paths;
  for (unsigned number = 1; number < max_backups; ++number) {
    const std::string plain = backup_name(path, number);
    const std::string packed = plain + ".gz";
    if (!exists(plain) && !exists(packed)) break;
    paths.push_back(exists(plain) ? plain : packed);
  }
  std::reverse(paths.begin(), paths.end());
  return paths;
}

Result<EventStream> EventStream::open(const std::vector<std::string>& paths, const StreamOptions& options) {
  EventStream stream(options);
  for (const std::string& path : paths)
    if (std::optional<Error> error = stream.add(path)) return *std::move(error);
  for (Source& source : stream.sources_) stream.advance(source);
  return stream;
}

std::optional<Error> EventStream::add(const std::string& path) {
  std::vector<std::string> files = options_.backups ? with_backups(path) : std::vector{path};
  // The file itself must be there; a backup may be rotated away at any time.
  Result<EventReader> last = EventReader::open(path);
  if (!last) return last.error();
  files_ += files.size();
  if (files.size() == 1) {
    sources_.push_back({{}, path, std::move(*last)});
    return std::nullopt;
  }
  Result<EventReader> first = EventReader::open(files.front());
  if (!first) return first.error();
  sources_.push_back({{files.begin() + 1, files.end()}, files.front(), std::move(*first)});
  return std::nullopt;
}

void EventStream::advance(Source& source) {
  while (true) {
    source.head = source.reader.next();
    source.head_of_selection = source.reader.of_selection();
    if (source.head || source.later.empty()) return;
    const Read read = sum_up(source);
    append(ended_.problems, read.problems);
    ended_.lines += read.lines;
    ended_.skipped += read.skipped;
    if (ended_.read_error.empty()) ended_.read_error = read.read_error;
    source.path = source.later.front();
    source.later.pop_front();
    Result<EventReader> reader = EventReader::open(source.path);
    if (reader)
      source.reader = std::move(*reader);
    else if (ended_.read_error.empty())
      ended_.read_error = reader.error().message;
  }
}

std::optional<events::Event> EventStream::next() {
  Source* earliest = nullptr;
  for (Source& source : sources_)
    if (source.head && (earliest == nullptr || source.head->observation.time < earliest->head->observation.time))
      earliest = &source;
  if (earliest == nullptr) return std::nullopt;
  std::optional<events::Event> event = std::move(earliest->head);
  gaps_.note(*event, options_.selection || earliest->head_of_selection);
  advance(*earliest);
  return event;
}

EventStream::Read EventStream::sum_up(const Source& source) const {
  const std::string file = files_ > 1 ? source.path + ": " : "";
  Read read{{}, source.reader.lines(), source.reader.skipped(), source.reader.read_error()};
  for (const LineProblem& problem : source.reader.problems()) read.problems.push_back(file + problem.to_string());
  if (!read.read_error.empty()) read.read_error = file + read.read_error;
  return read;
}

EventStream::Read EventStream::sum_up() const {
  Read all = ended_;
  for (const Source& source : sources_) {
    const Read read = sum_up(source);
    append(all.problems, read.problems);
    all.lines += read.lines;
    all.skipped += read.skipped;
    if (all.read_error.empty()) all.read_error = read.read_error;
  }
  return all;
}

std::vector<std::string> EventStream::problems() const { return sum_up().problems; }
std::uint64_t EventStream::lines() const { return sum_up().lines; }
std::uint64_t EventStream::skipped() const { return sum_up().skipped; }
std::string EventStream::read_error() const { return sum_up().read_error; }

}  // namespace cnamedrop::event_files
