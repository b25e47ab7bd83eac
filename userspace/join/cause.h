// Why was this packet dropped, as far as DNS tells? One cause a drop, the first row of the table that holds
// (docs/events.md), with its evidence and its doubts.
#pragma once

#include "events/event.h"
#include "events/observation.h"
#include "join/drop_case.h"
#include "join/pod_state.h"

namespace cnamedrop::join {

// What the pod addressed: before the node translated it, where conntrack tells.
const dns::Endpoint& addressed_remote(const events::Dropped& drop);

events::Cause find_cause(const events::Dropped& drop, events::Time time, const PodState& pod,
                         const TraceContext& trace);

}  // namespace cnamedrop::join
