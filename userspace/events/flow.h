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

}  // namespace cnamedrop::events
