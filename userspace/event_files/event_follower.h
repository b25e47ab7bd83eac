// SPDX-License-Identifier: Apache-2.0
// Reads an event file that may still grow and be rotated, as `tail -F` does: the file that was moved away is read to
// its end before the one that took its place. It never waits: whoever calls it does.
#pragma once

#include <string>
#include <vector>

#include "event_files/event_stream.h"
#include "types/result.h"

namespace cnamedrop::event_files {

class EventFollower {
 public:
  // "-" is standard input. Files that cannot be rotated (standard input, a FIFO) end when their writer closes them.
  static Result<EventFollower> open(std::string path, const StreamOptions& options);

  // The next event; nothing if there is none now.
  std::optional<events::Event> next();

  // No more events can come.
  bool ended() const { return !follow_; }

  // Of all files so far.
  std::uint64_t lines() const { return before_.lines + reader_.lines(); }
  std::uint64_t skipped() const { return before_.skipped + reader_.skipped(); }
  std::vector<std::string> problems() const;
  std::uint64_t missing() const { return gaps_.missing(); }
  const std::string& read_error() const { return reader_.read_error(); }

 private:
  struct Totals {
    std::uint64_t lines = 0;
    std::uint64_t skipped = 0;
    std::vector<std::string> problems;
  };

  EventFollower(std::string path, bool follow, bool selection, EventReader reader)
      : path_(std::move(path)), follow_(follow), selection_(selection), reader_(std::move(reader)) {}

  std::optional<events::Event> read_next();

  bool was_cut_short() const;
  std::string next_path() const;
  bool turn_to_next_file();

  std::string path_;
  bool follow_;
  bool selection_;
  bool leaving_ = false;  // the file was moved away and is read to its end
  EventReader reader_;
  Totals before_;
  SeqGaps gaps_;
};

}  // namespace cnamedrop::event_files
