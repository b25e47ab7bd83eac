// SPDX-License-Identifier: Apache-2.0
// The members of an event's line. Each type of event is put together once, of parts that are described once: the head
// that every line has, the packet, the side of the pod, the body, and what the join adds. Not for text: event_json.h
// writes lines, event_parser.h reads them.
#pragma once

#include <memory>
#include <string>

#include "events/event.h"
#include "json/form.h"
#include "json/place.h"
#include "json/writer.h"

namespace cnamedrop::events {

// selection: mark the line as one of several that were chosen, so that missing lines between them are no loss.
void write_line(json::Writer& json, const Event& event, bool selection);

// Traces and pods repeat from line to line: one that equals the last one shares it. Kept between lines.
struct LastRead {
  std::shared_ptr<const TraceId> trace;
  std::shared_ptr<const pods::Pod> pod;
};

// What is wrong is kept by the place; then the event is of no use. selection: the line is marked as one.
void read_line(const json::Place& at, const json::Members& members, LastRead& last, Event& event, bool& selection);

// Members of a line that follow from others or are recomputed: a reader need not even keep their values.
bool is_recomputed(std::string_view member);

}  // namespace cnamedrop::events
