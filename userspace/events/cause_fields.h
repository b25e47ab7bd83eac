// The way back of cause_json.h. Only event_parser.cpp includes this.
#pragma once

#include "events/event.h"
#include "events/json_fields.h"

namespace cnamedrop::events {

Cause read_cause(const Fields& fields);

// Values that events and causes share.
dns::Question read_question(const Fields& fields);

}  // namespace cnamedrop::events
