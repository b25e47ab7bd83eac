// The JSON Schema of the event file as a text in the program: docs/events.schema.json, embedded when configuring.
#pragma once

#include <string_view>

namespace cnamedrop::events {

// JSON Schema draft-07, ends in a newline. One line of an event file is one instance.
std::string_view json_schema();

}  // namespace cnamedrop::events
