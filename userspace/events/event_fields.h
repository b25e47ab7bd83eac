// The fields of a parsed line as an Event. Only event_parser.cpp includes this.
#pragma once

#include "events/event.h"
#include "events/json_fields.h"

namespace cnamedrop::events {

// What is wrong stands in the problem that fields was made with; then event is of no use.
void read_event(const Fields& fields, Event& event);

}  // namespace cnamedrop::events
