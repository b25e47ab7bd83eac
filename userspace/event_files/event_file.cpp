// SPDX-License-Identifier: Apache-2.0
// Looks at the file before the first byte is written. Descriptors are non-blocking: a FIFO whose reader is slow must
// cost events that are counted, not stop the trace.
#include "event_files/event_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "events/event_json.h"
#include "types/time_text.h"

namespace cnamedrop::event_files {
namespace {

constexpr std::string_view time_key = R"(","time":")";

Error failure(const std::string& what, const std::string& path) {
  return Error{what + ' ' + path + ": " + std::strerror(errno)};
}

bool can_take_events(const struct stat& status) {
  return S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
}

// True for the beginning of an event file, also for one so short that not even the prefix is whole.
bool is_ours(std::string_view begin) {
  const std::size_t shared = std::min(begin.size(), events::line_prefix.size());
  return begin.substr(0, shared) == events::line_prefix.substr(0, shared);
}

std::optional<Time> first_time(std::string_view begin) {
  const std::size_t key = begin.find(time_key);
  if (key == std::string_view::npos) return std::nullopt;
  begin.remove_prefix(key + time_key.size());
  return parse_time(begin.substr(0, begin.find('"')));
}

// Fills in what a regular file holds; an error if it is another's.
std::optional<Error> inspect(const std::string& path, EventFile& file) {
  if (file.size == 0) return std::nullopt;
  const FileDescriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return failure("cannot look into output file", path);
  char head[128];
  char last = '\0';
  const ssize_t got = ::pread(reader.get(), head, sizeof head, 0);
  const bool read_last = ::pread(reader.get(), &last, 1, static_cast<off_t>(file.size - 1)) == 1;
  if (got <= 0 || !read_last) return failure("cannot look into output file", path);
  const std::string_view begin(head, static_cast<std::size_t>(got));
  if (!is_ours(begin)) {
    return Error{"output file " + path + " holds something else than events of this version: not appending to it"};
  }
  file.last_line_cut = last != '\n';
  file.begun = first_time(begin);
  return std::nullopt;
}

}  // namespace

Result<EventFile> open_event_file(const std::string& path) {
  EventFile file;
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  FileDescriptor opened(::open(path.c_str(), flags, 0640));
  if (!opened && errno == ENXIO) return Error{"cannot open output FIFO " + path + ": nobody reads it"};
  if (!opened) return failure("cannot open output file", path);
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) return failure("cannot look at output file", path);
  if (!can_take_events(status)) return Error{"output file " + path + " is no regular file, FIFO or terminal"};
  file.output = OutputDescriptor(std::move(opened));
  file.regular = S_ISREG(status.st_mode);
  if (!file.regular) return file;
  file.size = static_cast<std::uint64_t>(status.st_size);
  if (const auto error = inspect(path, file)) return *error;
  return file;
}

std::string backup_name(const std::string& path, unsigned number) { return path + '.' + std::to_string(number); }

bool is_same_file(const std::string& path, const FileDescriptor& descriptor) {
  struct stat there {};
  struct stat ours {};
  if (::stat(path.c_str(), &there) != 0 || ::fstat(descriptor.get(), &ours) != 0) return false;
  return there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

}  // namespace cnamedrop::event_files
