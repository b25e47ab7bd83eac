// SPDX-License-Identifier: Apache-2.0
// Several event files as one stream of events: each with its rotated backups before it, all merged by time. Not for
// files that still grow: that is event_follower.h's part.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "event_files/event_reader.h"
#include "event_files/seq_gaps.h"
#include "types/result.h"

namespace cnamedrop::event_files {

struct StreamOptions {
  bool backups = true;     // read FILE.2, FILE.1 and FILE in that order (.gz included), not FILE alone
  bool selection = false;  // the lines were chosen among others: numbers that are missing are no loss
};

class EventStream {
 public:
  // paths: at least one; "-" is standard input. The error is that of a file that cannot be opened.
  static Result<EventStream> open(const std::vector<std::string>& paths, const StreamOptions& options);

  // The earliest of the next events of all files; nothing at their end.
  std::optional<events::Event> next();

  // Of all files so far; with several files a problem begins with its file.
  std::vector<std::string> problems() const;
  std::uint64_t lines() const;
  std::uint64_t skipped() const;
  std::uint64_t missing() const { return gaps_.missing(); }
  // Why a file could not be read to its end; "" if all could.
  std::string read_error() const;

 private:
  // One file after its backups.
  struct Source {
    std::deque<std::string> later;  // paths that follow
    std::string path;
    EventReader reader;
    std::optional<events::Event> head = {};
    bool head_of_selection = false;
  };
  struct Read {
    std::vector<std::string> problems;
    std::uint64_t lines = 0;
    std::uint64_t skipped = 0;
    std::string read_error;
  };

  explicit EventStream(const StreamOptions& options) : options_(options) {}

  std::optional<Error> add(const std::string& path);
  void advance(Source& source);
  Read sum_up(const Source& source) const;
  Read sum_up() const;

  StreamOptions options_;
  std::vector<Source> sources_;
  std::size_t files_ = 0;
  Read ended_;  // of the files that were read to their end
  SeqGaps gaps_;
};

// FILE.2, FILE.1, FILE: the backups of a file that are there, the oldest first, and the file itself.
std::vector<std::string> with_backups(const std::string& path);

}  // namespace cnamedrop::event_files
