// What a user may set about the join, and the bounds of its tables.
#pragma once

#include <cstddef>
#include <cstdint>

#include "events/observation.h"

namespace cnamedrop::join {

inline constexpr events::Time second_ns = 1'000'000'000;

struct Settings {
  std::uint32_t min_ttl_s = 0;  // Cilium's tofqdns-min-ttl
  std::uint32_t grace_s = 0;    // Cilium's tofqdns-idle-connection-grace-period
  // How long after the start of the trace an address may still be in use that was learned before it.
  events::Time start_doubt_ns = 3600 * second_ns;

  // Bounds, each for one pod but the last two.
  std::size_t max_questions = 4096;
  std::size_t max_asked_names = 8192;
  std::size_t max_aliased_names = 4096;
  std::size_t max_owners_per_name = 32;  // aliases that lead to one name
  std::size_t max_addresses = 16384;
  std::size_t max_names_per_address = 32;
  std::size_t max_pods = 1024;
  std::size_t max_cgroups = 8192;
};

}  // namespace cnamedrop::join
