// SPDX-License-Identifier: Apache-2.0
// Holds a trace's cache against Cilium's own list, address by address under each name. Judges neither: a difference is
// data, with the reason that the two give for it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fqdn/evidence.h"

namespace cnamedrop::fqdn {

enum class DifferenceKind : std::uint8_t {
  OnlyInTrace,     // the other side does not have the name
  OnlyInCilium,    // likewise
  OtherAddresses,  // both have the name, one has the address
  Connection,      // Cilium has it for the sake of a connection, the trace by a look-up
  OtherLookup,     // of two answers
  OtherTtl,        // of one answer
  OtherExpiry,     // of one answer, with the same TTL
};

std::string_view to_string(DifferenceKind kind);  // "only_in_trace"

// Addresses of one name that differ in the same way, for the same reason.
struct Difference {
  DifferenceKind kind = DifferenceKind::OnlyInTrace;
  dns::Name fqdn;
  std::vector<dns::IpAddress> ips;
  std::optional<Lookup> trace;   // without addresses
  std::optional<Lookup> cilium;  // the row as it stands in the list
  std::string why;
};

// Addresses that both sides have only under the end of a chain of aliases that the pod followed itself: a policy that
// selects the names it set out from does not let them through. No difference, but what the comparison is often made
// for.
struct TargetOnly {
  std::string pod;
  dns::Name fqdn;                  // that both sides have
  std::vector<dns::Name> origins;  // that neither side has for them
  std::vector<dns::IpAddress> ips;
};

struct Comparison {
  Time begin;  // of the trace
  Time at;     // what the trace's table shows
  CiliumList cilium;
  std::uint64_t same = 0;  // addresses under their names
  std::vector<Difference> differences;
  std::vector<TargetOnly> targets_only;
};

Comparison compare(const TraceCache& trace, CiliumList cilium);

}  // namespace cnamedrop::fqdn
