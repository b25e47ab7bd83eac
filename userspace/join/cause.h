// SPDX-License-Identifier: Apache-2.0
// Why was this packet dropped? Every drop has exactly one cause, the first row of the table that applies
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

// The chases that led to the current credits of one address. Empty as soon as one credit was not chased, or its origin
// is credited as late: then the pod had learned the address directly.
std::vector<events::Chase> chases_of_all(const std::vector<ChasedCredit>& current,
                                         const std::vector<CreditEntry>& credits);

// With the ways to its name.
ChasedCredit chased(const PodState& pod, const CreditEntry& credit);

events::Cause find_cause(const events::Dropped& drop, Time time, const PodState& pod, const TraceContext& trace);

}  // namespace cnamedrop::join
