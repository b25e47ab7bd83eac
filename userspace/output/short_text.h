// SPDX-License-Identifier: Apache-2.0
// How lines for people show the parts of an event: short, and the same in every format. Nothing here is escaped: that
// is done once, for the whole line (printable.h).
#pragma once

#include <string>
#include <string_view>

#include "dns/ip_address.h"
#include "events/observation.h"
#include "pods/pod.h"

namespace cnamedrop::output {

// "12:00:31.123", UTC
std::string clock_text(Time time);

// "2026-03-01T12:00:31.123Z"
std::string time_text(Time time);

// "namespace/pod", else what the pod is joined under; "-" without one.
std::string pod_text(const pods::Pod* pod);

// "10.0.0.2:443", "[fd00::2]:443"; the address alone where there is no port.
std::string endpoint_text(const dns::Endpoint& endpoint);

// "NETFILTER_DROP" for "SKB_DROP_REASON_NETFILTER_DROP".
std::string_view short_reason(std::string_view reason);

}  // namespace cnamedrop::output
