// Why was this packet dropped, as far as DNS tells? One cause a drop, the first row of the table that holds
// (docs/events.md), with its evidence and its doubts.
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/pod_state.h"
#include "join/settings.h"

namespace cnamedrop::join {

// What a cause depends on beside the drop and its pod.
struct TraceContext {
  const Settings& settings;
  const std::vector<std::uint16_t>& dns_ports;
  events::Time started = 0;                  // of the trace; 0 if the start is not known
  std::vector<std::string> dns_losses;       // kinds of loss that may have cost DNS messages
  std::vector<std::string> learned_by_pods;  // other pods that have a credit for the address
};

// The address that the pod addressed: before the node translated it, where conntrack tells.
const dns::IpAddress& judged_address(const events::Dropped& drop);

// True if the dropped packet is itself part of the pod's DNS traffic.
bool is_dns_packet(const events::Dropped& drop, const std::vector<std::uint16_t>& dns_ports);

events::Cause find_cause(const events::Dropped& drop, events::Time time, const PodState& pod,
                         const TraceContext& trace);

}  // namespace cnamedrop::join
