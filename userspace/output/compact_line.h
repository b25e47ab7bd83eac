// SPDX-License-Identifier: Apache-2.0
// One line of an event for a person at a terminal. Not for machines: that is events/event_json.h.
#pragma once

#include <string>

#include "events/event.h"

namespace cnamedrop::output {

// Appends one line with its '\n', times in UTC. Whatever an event holds, no byte outside printable ASCII comes out:
// others appear as \xNN, so that a name or a path cannot steer the terminal.
void append_compact(std::string& out, const events::Event& event);

}  // namespace cnamedrop::output
