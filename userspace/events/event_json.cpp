// SPDX-License-Identifier: Apache-2.0
// The text around event_line.h.
#include "events/event_json.h"

#include "events/event_line.h"
#include "json/writer.h"

namespace cnamedrop::events {

void append_json(std::string& out, const Event& event, Lines lines) {
  json::Writer json(out);
  write_line(json, event, lines == Lines::Selected);
  out += '\n';
}

}  // namespace cnamedrop::events
