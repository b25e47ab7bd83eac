// SPDX-License-Identifier: Apache-2.0
// Ranges of addresses as policies write them (RFC 4632): "20.190.0.0/16", or one address alone.
#pragma once

#include <optional>
#include <string_view>

#include "dns/ip_address.h"

namespace cnamedrop::policy {

struct Cidr {
  dns::IpAddress network;
  unsigned bits = 0;  // of the prefix

  bool operator==(const Cidr&) const = default;

  bool contains(const dns::IpAddress& address) const;
};

// Nothing for what is not a range. Bits behind the prefix are passed over, as in Cilium.
std::optional<Cidr> parse_cidr(std::string_view text);

// Addresses that a cluster gives to its pods, services and nodes, or that never leave the node: RFC 1918, RFC 6598,
// RFC 4193, loopback and link-local. Whether a given one is in the cluster cannot be told from the address.
bool may_be_in_cluster(const dns::IpAddress& address);

}  // namespace cnamedrop::policy
