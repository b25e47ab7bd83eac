// SPDX-License-Identifier: Apache-2.0
// The packet that a dns or a drop event speaks of, as both sides of the file see it. Not for addresses inside answers.
#pragma once

#include "events/observation.h"

namespace cnamedrop::events {

struct Flow {
  Direction direction = Direction::Egress;
  std::uint8_t protocol = 0;
  dns::Endpoint local;
  dns::Endpoint remote;
  std::uint8_t tcp_flags = 0;
};

inline const dns::Endpoint& source(const Flow& flow) {
  return flow.direction == Direction::Egress ? flow.local : flow.remote;
}
inline const dns::Endpoint& destination(const Flow& flow) {
  return flow.direction == Direction::Egress ? flow.remote : flow.local;
}

inline Flow flow_of(const Dropped& drop) {
  return {drop.direction, drop.protocol, drop.local, drop.remote, drop.tcp_flags};
}
// An answer comes in.
inline Flow flow_of(const DnsSeen& seen) {
  const Direction direction = seen.message.response ? Direction::Ingress : Direction::Egress;
  return {direction, seen.protocol, seen.local, seen.resolver, 0};
}

}  // namespace cnamedrop::events
