// SPDX-License-Identifier: Apache-2.0
// One row of the table that `cilium-dbg fqdn cache list` shows: a name, the addresses that it was answered with, and
// how long that holds. The same for what Cilium wrote and for what a trace implies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "events/observation.h"

namespace cnamedrop::fqdn {

inline constexpr std::string_view from_lookup = "lookup";
inline constexpr std::string_view from_connection = "connection";  // expired, but a connection to it is alive

struct Lookup {
  std::optional<std::uint64_t> endpoint_id;  // Cilium's number; a trace knows none
  std::string pod;  // "namespace/name", or the cgroup; "" from Cilium, which knows numbers only
  std::string source;
  dns::Name fqdn;
  std::vector<dns::IpAddress> ips;
  std::uint64_t ttl = 0;          // seconds, raised to the minimum TTL
  std::optional<Time> looked_up;  // Cilium may not tell
  std::optional<Time> expires;    // likewise; without the grace

  bool operator==(const Lookup&) const = default;
};

}  // namespace cnamedrop::fqdn
