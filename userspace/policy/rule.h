// SPDX-License-Identifier: Apache-2.0
// One entry of a policy's egress or egressDeny: where it lets a pod send, or forbids it to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dns/ip_address.h"
#include "policy/cidr.h"
#include "policy/match.h"
#include "policy/selector.h"

namespace cnamedrop::policy {

// Where a packet goes, as far as a rule looks at it.
struct Destination {
  dns::IpAddress address;
  std::uint8_t protocol = 0;  // IANA number
  std::uint16_t port = 0;
};

// toCIDR, and an entry of toCIDRSet.
struct CidrPeer {
  Cidr range;
  std::vector<Cidr> except;
};

// toEntities, by what an address can tell of them.
enum class Entity : std::uint8_t { All, World, WorldIpv4, WorldIpv6, InCluster, KubeApiserver };

struct Rule {
  Source source;
  std::vector<Selector> names;  // toFQDNs; their ports are the rule's
  std::vector<CidrPeer> ranges;
  std::vector<Entity> entities;
  bool peers_by_label = false;  // toEndpoints, toServices, toGroups, toNodes: an address does not tell
  bool any_peer = false;        // no destination is named: every one is meant
  bool any_port = true;         // no toPorts and no icmps
  std::vector<PortRange> ports;
  std::vector<Selector> dns_rules;  // rules.dns: which names may be asked for
  bool has_dns_rules = false;
  std::string also_judged_by;  // "rules.http", "serverNames": what may refuse later what the rule lets through
  bool unreadable = false;     // of a denial: it may cover anything

  Match covers_port(std::uint8_t protocol, std::uint16_t port) const;

  // Whether it covers the destination by something else than a name.
  Match covers(const Destination& to) const;
};

}  // namespace cnamedrop::policy
