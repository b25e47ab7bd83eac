// What a user may set about the join, and the bounds of its tables. The defaults are those of today's Cilium.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "events/observation.h"
#include "join/elapsed.h"

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
  std::uint32_t min_ttl_s = 0;                   // Cilium's tofqdns-min-ttl
  std::uint32_t grace_s = 0;                     // Cilium's tofqdns-idle-connection-grace-period
  std::size_t max_ips_per_name = 1000;           // Cilium's tofqdns-endpoint-max-ip-per-hostname
  Time race_window_ns = 100 * second_ns / 1000;  // Cilium's tofqdns-proxy-response-max-delay
  // Questions older than this are no longer waited for: to forget one is no loss.
  Time answer_wait_ns = 60 * second_ns;
  // How long after the start of the trace an address may still be in use that was learned before it.
  Time start_doubt_ns = 3600 * second_ns;

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
