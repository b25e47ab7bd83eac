// SPDX-License-Identifier: Apache-2.0
// Why was this packet dropped, as far as DNS tells? One cause a drop, the first row of the table that holds
// (docs/events.md), with its evidence and its doubts.
#pragma once

#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/drop_case.h"
#include "join/pod_state.h"

namespace cnamedrop::join {

// What the pod addressed: before the node translated it, where conntrack tells.
const dns::Endpoint& addressed_remote(const events::Dropped& drop);

// The chases that led to the live credits of one address: cname_only when there are any. Empty as soon as one credit
// was not chased, or its origin is credited as well.
std::vector<events::Chase> chases_of_all(const PodState& pod, const std::vector<const CreditEntry*>& live);

events::Cause find_cause(const events::Dropped& drop, Time time, const PodState& pod, const TraceContext& trace);

}  // namespace cnamedrop::join
