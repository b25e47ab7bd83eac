// SPDX-License-Identifier: Apache-2.0
// The event files of a subcommand that reads recorded traces: its flags, and what to say of lines that are no events.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "event_files/event_stream.h"
#include "types/result.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

class EventInput {
 public:
  // FILE..., --no-backups, --selection.
  void add_to(CLI::App& command);

  Result<event_files::EventStream> open() const { return event_files::EventStream::open(files_, options_); }

  const std::vector<std::string>& files() const { return files_; }
  const event_files::StreamOptions& options() const { return options_; }

  // Hands every event to take. What is wrong with lines goes to standard error. False if a file could not be read to
  // its end, or if there are lines but no event.
  bool read(const std::function<void(events::Event)>& take) const;

 private:
  std::vector<std::string> files_;
  event_files::StreamOptions options_;
};

// Says on standard error what was wrong with lines: the problems that were kept, how many lines of how many, and how
// many are missing.
void warn_of_lines(const std::vector<std::string>& problems, std::uint64_t skipped, std::uint64_t lines,
                   std::uint64_t missing);

// Says the error, escaped, and gives the exit status for it.
int fail(Error error);

}  // namespace cnamedrop::cli
