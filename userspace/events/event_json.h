// An event as one line of the event file (docs/events.md). The way back is event_parser.h.
#pragma once

#include <string>
#include <string_view>

#include "events/event.h"

namespace cnamedrop::events {

// What every line of this schema version begins with: enough to know a file of ours by its first bytes.
inline constexpr std::string_view line_prefix = R"({"schema":1,"type":")";
static_assert(schema_version == 1, "line_prefix holds the version");

// Appends exactly one line, with its '\n'.
void append_json(std::string& out, const Event& event);

}  // namespace cnamedrop::events
