// SPDX-License-Identifier: Apache-2.0
// Reads an event file line by line in bounded memory. Lines that are no events are counted and skipped, never fatal:
// a file may have been cut by a crash, written by a newer version, or be another file altogether.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "events/event_parser.h"
#include "types/file_descriptor.h"
#include "types/result.h"

struct gzFile_s;  // zlib.h

namespace cnamedrop::event_files {

// A line that was skipped. field is empty when the problem is the line itself.
struct LineProblem {
  std::uint64_t line = 0;  // from 1
  std::string field;
  std::string message;

  // "line 7: cause.kind is not one of the names in the schema"
  std::string to_string() const;
};

// What the end of the file means for a last line without '\n'.
enum class AtEnd : std::uint8_t {
  Stop,    // it is all there is: an event, or cut
  Follow,  // more may come: next() gives nothing now and goes on where it was when called again
};

class EventReader {
 public:
  static constexpr std::size_t max_line = std::size_t{1} << 20;  // bytes; longer lines are skipped
  static constexpr std::size_t max_problems = 20;                // that are kept; all are counted

  // "-" is standard input. A file that is packed by gzip is unpacked: known by its first bytes, or, of what cannot be
  // looked at twice, by the name's ".gz".
  static Result<EventReader> open(const std::string& path, AtEnd at_end = AtEnd::Stop);

  explicit EventReader(FileDescriptor file, AtEnd at_end = AtEnd::Stop);

  // The last event was marked as one of a selection.
  bool of_selection() const { return parser_.of_selection(); }

  // The next event; nothing at the end of the file, or when it can no longer be read: see read_error().
  std::optional<events::Event> next();

  // No more is to come: a last line without '\n' is taken for what it is.
  void end() { at_end_ = AtEnd::Stop; }

  const FileDescriptor& file() const { return file_; }

  const std::vector<LineProblem>& problems() const { return problems_; }
  std::uint64_t lines() const { return lines_; }      // seen so far, blank ones and skipped ones included
  std::uint64_t skipped() const { return skipped_; }  // of these, lines that were no events
  const std::string& read_error() const { return read_error_; }

 private:
  bool fill();
  std::optional<std::string_view> take_line();
  std::optional<std::string_view> take_tail();
  std::optional<events::Event> parse(std::string_view line, bool cut);
  void skip(std::string field, std::string message);

  struct GzipDeleter {
    void operator()(gzFile_s* file) const;
  };

  ssize_t read_some(char* to, std::size_t size);

  FileDescriptor file_;
  std::unique_ptr<gzFile_s, GzipDeleter> packed_;  // null: not packed
  AtEnd at_end_;
  events::EventParser parser_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    // unread bytes are buffer_[begin_, end_)
  std::size_t scanned_ = 0;  // no '\n' in [begin_, scanned_)
  std::size_t end_ = 0;
  bool in_long_line_ = false;
  std::vector<LineProblem> problems_;
  std::uint64_t lines_ = 0;
  std::uint64_t skipped_ = 0;
  std::string read_error_;
};

}  // namespace cnamedrop::event_files
