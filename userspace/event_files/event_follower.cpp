// SPDX-License-Identifier: Apache-2.0
// Which file comes next is told by inodes: between two looks a file may have been rotated more than once.
#include "event_files/event_follower.h"

#include <sys/stat.h>

#include <cstdio>
#include <utility>

#include "event_files/event_file.h"

namespace cnamedrop::event_files {
namespace {

constexpr unsigned max_backups = 1000;  // that are looked through

bool is_regular(const FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

// Packed backups cannot grow: the oldest file that is not packed is the first.
std::string first_of(const std::string& path) {
  for (const std::string& file : with_backups(path))
    if (!file.ends_with(".gz")) return file;
  return path;
}

}  // namespace

Result<EventFollower> EventFollower::open(std::string path, const StreamOptions& options) {
  Result<EventReader> reader = EventReader::open(path, AtEnd::Follow);
  if (!reader) return reader.error();
  const bool follow = is_regular(reader->file());
  if (!follow) reader->end();
  if (follow && options.backups) {
    Result<EventReader> first = EventReader::open(first_of(path), AtEnd::Follow);
    if (first) reader = std::move(first);
  }
  return EventFollower(std::move(path), follow, options.selection, std::move(*reader));
}

std::optional<events::Event> EventFollower::next() {
  std::optional<events::Event> event = read_next();
  if (event) gaps_.note(*event, selection_ || reader_.of_selection());
  return event;
}

std::optional<events::Event> EventFollower::read_next() {
  while (true) {
    if (std::optional<events::Event> event = reader_.next()) return event;
    if (!follow_) return std::nullopt;
    if (leaving_) {
      if (!turn_to_next_file()) return std::nullopt;
    } else if (was_cut_short() || !is_same_file(next_path(), reader_.file())) {
      // What its writer still wrote before it turned to the new file is read once more.
      if (!exists(path_)) return std::nullopt;
      reader_.end();
      leaving_ = true;
    } else {
      return std::nullopt;
    }
  }
}

std::vector<std::string> EventFollower::problems() const {
  std::vector<std::string> all = before_.problems;
  for (const LineProblem& problem : reader_.problems())
    if (all.size() < EventReader::max_problems) all.push_back(problem.to_string());
  return all;
}

// A file that was emptied in place holds less than was read of it.
bool EventFollower::was_cut_short() const {
  struct stat status {};
  const off_t position = ::lseek(reader_.file().get(), 0, SEEK_CUR);
  return ::fstat(reader_.file().get(), &status) == 0 && status.st_size < position;
}

// Where the events after those of this file are: in the file itself while it has its name, in the backup that is one
// newer once it was rotated.
std::string EventFollower::next_path() const {
  for (unsigned number = 1; number < max_backups; ++number) {
    const std::string backup = backup_name(path_, number);
    if (!exists(backup)) break;
    if (is_same_file(backup, reader_.file())) return number == 1 ? path_ : backup_name(path_, number - 1);
  }
  return path_;
}

bool EventFollower::turn_to_next_file() {
  Result<EventReader> reader = EventReader::open(next_path(), AtEnd::Follow);
  if (!reader) return false;
  before_ = {lines(), skipped(), problems()};
  reader_ = std::move(*reader);
  leaving_ = false;
  return true;
}

}  // namespace cnamedrop::event_files
