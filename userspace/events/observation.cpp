// SPDX-License-Identifier: Apache-2.0
// Comparing by what pointers lead to.
#include "events/observation.h"

namespace cnamedrop::events {
namespace {

constexpr std::uint8_t syn_flag = 2;
constexpr std::uint8_t ack_flag = 16;

std::uint8_t handshake_flags(const Dropped& drop) {
  return drop.protocol == protocol::TCP ? static_cast<std::uint8_t>(drop.tcp_flags & (syn_flag | ack_flag))
                                        : std::uint8_t{0};
}

template <typename T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

}  // namespace

bool is_syn(const Dropped& drop) { return handshake_flags(drop) == syn_flag; }
bool is_syn_ack(const Dropped& drop) { return handshake_flags(drop) == (syn_flag | ack_flag); }

bool Observation::operator==(const Observation& other) const {
  return time == other.time && what == other.what && seq == other.seq && same(trace, other.trace) &&
         same(pod, other.pod);
}

const std::string& node_name(const Observation& observation) {
  static const std::string unknown;
  return observation.trace == nullptr ? unknown : observation.trace->node_name;
}

std::uint64_t cgroup_id(const Observation& observation) {
  return std::visit(
      [](const auto& what) -> std::uint64_t {
        if constexpr (requires { what.cgroup_id; })
          return what.cgroup_id;
        else
          return 0;
      },
      observation.what);
}

}  // namespace cnamedrop::events
