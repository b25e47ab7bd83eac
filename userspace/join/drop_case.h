// SPDX-License-Identifier: Apache-2.0
// One drop with all that its cause depends on: what the rows of the cause table look at.
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/pod_state.h"
#include "join/settings.h"
#include "policy/policy.h"

namespace cnamedrop::join {

// What a cause depends on beside the drop and its pod.
struct TraceContext {
  const Settings& settings;
  const policy::Policy* policy;  // null: no selectors to judge by
  const std::vector<std::uint16_t>& dns_ports;
  Time started;                              // of the trace
  std::vector<std::string> dns_losses;       // kinds of loss that may have cost DNS messages
  bool pods_evicted = false;                 // what a pod had learned may be forgotten as a whole
  std::vector<std::string> learned_by_pods;  // other pods that have a credit for the address
};

// A selector that matches the name of a live credit.
struct PolicyMatch {
  const policy::Selector* selector;
  const CreditEntry* credit;
};

struct DropCase {
  const events::Dropped& drop;
  Time at;
  const PodState& pod;
  const TraceContext& trace;
  dns::Endpoint remote;                             // as the pod addressed it
  const std::vector<CreditEntry>* credits;          // of the remote address; null if there never was one
  std::vector<const CreditEntry*> live;             // those that had not expired
  std::vector<PolicyMatch> matches;                 // whose ports hold the packet's
  std::vector<PolicyMatch> matches_of_other_ports;  // whose ports do not
};

}  // namespace cnamedrop::join
