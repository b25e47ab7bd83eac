// Reads a recorded event file for a subcommand whose output has no place for what was wrong with the file: that goes to
// standard error. Not for explain, whose report tells it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "event_files/event_reader.h"
#include "types/result.h"

namespace cnamedrop::cli {

// Hands every event of the file to take; "-" is standard input. False if it could not be read to its end, or if there
// are lines but no event.
bool read_events(const std::string& path, const std::function<void(events::Event)>& take);

// Says on standard error what was wrong with lines: the problems that were kept, and how many lines of how many.
void warn_of_skipped(const std::vector<event_files::LineProblem>& problems, std::uint64_t skipped, std::uint64_t lines);

// Says the error, escaped, and gives the exit status for it.
int fail(Error error);

}  // namespace cnamedrop::cli
