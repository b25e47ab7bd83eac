// Reads a recorded event file for a subcommand whose output has no place for what was wrong with the file: that goes to
// standard error. Not for explain, whose report tells it.
#pragma once

#include <functional>
#include <string>

#include "events/event.h"

namespace cnamedrop::cli {

// Hands every event of the file to take; "-" is standard input. False if it could not be read to its end, or if there
// are lines but no event.
bool read_events(const std::string& path, const std::function<void(events::Event)>& take);

}  // namespace cnamedrop::cli
