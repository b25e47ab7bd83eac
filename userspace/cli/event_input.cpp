// SPDX-License-Identifier: Apache-2.0
// A file may come from anywhere: what is said of it is escaped before it reaches the terminal.
#include "cli/event_input.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/app.h"
#include "output/printable.h"

namespace cnamedrop::cli {

void EventInput::add_to(CLI::App& command) {
  command.add_option("FILE", files_, "event files, merged by time; - is standard input")->required();
  command.add_flag("!--no-backups", options_.backups, "do not read the rotated backups of a file before it");
  command.add_flag("--selection", options_.selection, "the lines were chosen among others: gaps in seq are no loss");
}

bool EventInput::read(const std::function<void(events::Event)>& take) const {
  Result<event_files::EventStream> stream = open();
  if (!stream) {
    fail(stream.error());
    return false;
  }
  bool any = false;
  while (std::optional<events::Event> event = stream->next()) {
    any = true;
    take(*std::move(event));
  }
  warn_of_lines(stream->problems(), stream->skipped(), stream->lines(), stream->missing());
  if (!stream->read_error().empty()) {
    fail({stream->read_error()});
    return false;
  }
  return any || stream->skipped() == 0;
}

void warn_of_lines(const std::vector<std::string>& problems, std::uint64_t skipped, std::uint64_t lines,
                   std::uint64_t missing) {
  for (std::string problem : problems) {
    output::escape_unprintable(problem, 0);
    spdlog::warn("{}", problem);
  }
  if (skipped != 0) spdlog::warn("{} of {} lines skipped, which no event could be read from", skipped, lines);
  if (missing != 0) spdlog::warn("{} lines are missing: lost when the file was written or since", missing);
}

int fail(Error error) {
  output::escape_unprintable(error.message, 0);
  spdlog::error("{}", error.message);
  return exit_failure;
}

}  // namespace cnamedrop::cli
