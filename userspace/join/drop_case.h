// SPDX-License-Identifier: Apache-2.0
// One drop with all that its cause depends on: what the rows of the cause table look at.
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/drop_class.h"
#include "join/pod_state.h"
#include "join/settings.h"
#include "policy/pod_policy.h"

namespace cnamedrop::join {

// A live credit of the dropped packet's address that another pod of the node has: names are applied node by node.
struct OtherCredit {
  CreditEntry credit;
  std::string pod;  // UID or cgroup path
};

// What a cause depends on beside the drop and its pod.
struct TraceContext {
  const Settings& settings;
  const policy::PodPolicy* policy = nullptr;  // null: no policy to judge by
  const std::vector<std::uint16_t>& dns_ports;
  Time started;             // of the trace
  const LossTimes& losses;  // that may have cost any pod of the trace DNS messages
  std::vector<OtherCredit> others = {};
  std::vector<std::string> learned_by_pods = {};  // other pods that have a credit for the address, live or not
  bool is_retry = false;                          // the connection's first packet was dropped before
  bool container_known = false;                   // the drop's cgroup is that of one container
};

// A credit with the ways on which the pod may have come to its name.
struct ChasedCredit {
  const CreditEntry* credit;
  std::vector<AliasGraph::FoundChase> chases;
};

struct DropCase {
  const events::Dropped& drop;
  Time at;
  const PodState& pod;
  const TraceContext& trace;
  ReasonMeaning meaning;
  dns::Endpoint remote;                     // as the pod addressed it
  policy::Destination to;                   // the same, with the protocol
  const std::vector<CreditEntry>* credits;  // of the remote address; null if there never was one
  bool any_live = false;
  std::vector<ChasedCredit> current;  // the live ones; where none lives, the last one
};

// Whether a credit of the address to this name is live, the pod's own or another pod's.
bool has_live_credit(const DropCase& seen, const dns::Name& name);

}  // namespace cnamedrop::join
