// SPDX-License-Identifier: Apache-2.0
// Addresses that may be a pod's, a service's or a node's are never certain: Cilium gives those an identity of the
// cluster, which neither ranges nor "world" cover.
#include "policy/rule.h"

#include <algorithm>

namespace cnamedrop::policy {
namespace {

Match covers_address(const CidrPeer& peer, const dns::IpAddress& address) {
  const auto contains = [&](const Cidr& range) { return range.contains(address); };
  return to_match(peer.range.contains(address) && std::none_of(peer.except.begin(), peer.except.end(), contains));
}

Match covers_address(Entity entity, const dns::IpAddress& address) {
  const bool in_cluster = may_be_in_cluster(address);
  const Match outside = in_cluster ? Match::Unknown : Match::Yes;
  switch (entity) {
    case Entity::All:
      return Match::Yes;
    case Entity::World:
      return outside;
    case Entity::WorldIpv4:
      return address.version == dns::IpVersion::V4 ? outside : Match::No;
    case Entity::WorldIpv6:
      return address.version == dns::IpVersion::V6 ? outside : Match::No;
    case Entity::InCluster:
      return in_cluster ? Match::Unknown : Match::No;
    case Entity::KubeApiserver:
      return Match::Unknown;
  }
  return Match::Unknown;
}

}  // namespace

Match Rule::covers_port(std::uint8_t protocol, std::uint16_t port) const {
  if (any_port) return Match::Yes;
  Match match = Match::No;
  for (const PortRange& range : ports) match = either(match, range.covers(protocol, port));
  return match;
}

Match Rule::covers(const Destination& to) const {
  if (unreadable) return Match::Unknown;
  const Match port = covers_port(to.protocol, to.port);
  if (port == Match::No) return Match::No;
  Match peer = any_peer ? Match::Yes : Match::No;
  if (peers_by_label) peer = either(peer, Match::Unknown);
  for (const CidrPeer& range : ranges) {
    const Match covered = covers_address(range, to.address);
    peer = either(peer, may_be_in_cluster(to.address) ? both(covered, Match::Unknown) : covered);
  }
  for (const Entity entity : entities) peer = either(peer, covers_address(entity, to.address));
  return both(peer, port);
}

}  // namespace cnamedrop::policy
