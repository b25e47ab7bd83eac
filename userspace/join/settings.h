// SPDX-License-Identifier: Apache-2.0
// What a user may set about the join, and the bounds of its tables. The defaults are those of today's Cilium.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "types/time.h"

namespace cnamedrop::join {

// To which names of an answer a policy engine credits its addresses.
enum class CreditTo : std::uint8_t {
  Question,  // the question name alone: Cilium, Antrea
  Chain,     // every owner and target of the answer's chain as well
};

struct CreditDialect {
  std::string_view name;
  CreditTo to;
};
inline constexpr std::array<CreditDialect, 2> credit_dialects{
    {{"question", CreditTo::Question}, {"chain", CreditTo::Chain}}};

struct Settings {
  CreditTo credit_to = CreditTo::Question;
  std::chrono::seconds min_ttl{0};                        // Cilium's tofqdns-min-ttl
  std::chrono::seconds grace{0};                          // Cilium's tofqdns-idle-connection-grace-period
  std::size_t max_ips_per_name = 1000;                    // Cilium's tofqdns-endpoint-max-ip-per-hostname
  Duration race_window = std::chrono::milliseconds(100);  // Cilium's tofqdns-proxy-response-max-delay
  // Questions older than this are no longer waited for: to forget one is no loss.
  Duration answer_wait = std::chrono::minutes(1);
  // How long aliases that were not seen may have been cached, where the TTL of none is known.
  Duration unseen_alias_ttl = std::chrono::hours(1);

  // Bounds, each for one pod but the last three.
  std::size_t max_questions = 4096;
  std::size_t max_asked_names = 8192;
  std::size_t max_aliased_names = 4096;
  std::size_t max_owners_per_name = 32;  // aliases that lead to one name
  std::size_t max_addresses = 16384;
  std::size_t max_credits = 32768;  // names of all addresses
  std::size_t max_connections = 4096;
  std::size_t max_pods = 1024;
  std::size_t max_traces = 256;
  std::size_t max_cgroups = 8192;
};

}  // namespace cnamedrop::join
