// SPDX-License-Identifier: Apache-2.0
// An event as one line of the event file (docs/events.md). The way back is event_parser.h; both, and the schema, follow
// from event_line.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/event.h"

namespace cnamedrop::events {

// What every line of this schema version begins with: enough to know a file of ours by its first bytes.
inline constexpr std::string_view line_prefix = R"({"schema":1,"type":")";
static_assert(schema_version == 1, "line_prefix holds the version");

// Whether the lines are all of a trace. Those that were selected are marked: a number that is missing is then no loss.
enum class Lines : std::uint8_t { All, Selected };

// Appends exactly one line, with its '\n'.
void append_json(std::string& out, const Event& event, Lines lines = Lines::All);

// The JSON Schema (draft-07) of a line, made of the descriptions of the events' types; ends in a newline.
std::string json_schema();

}  // namespace cnamedrop::events
