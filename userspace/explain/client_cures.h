// SPDX-License-Identifier: Apache-2.0
// What can be changed at each DNS client, so that it asks for the name that the policy selects. A small model of what
// each client keeps, and for how long, says whether the drops would come back (docs/clients.md).
#pragma once

#include <cstdint>
#include <vector>

#include "explain/report.h"

namespace cnamedrop::explain {

// What the models need to know of a chase, from a finding of drops or of refused look-ups.
struct ChaseFacts {
  const Client& client;
  const std::vector<events::Chase>& chases;  // at least one
  std::uint32_t address_ttl = 0;             // the shortest of the address records, in seconds
  std::uint32_t alias_ttl = 0;               // the longest of the origin's own alias
  bool addresses_known = false;              // address_ttl is
  bool addresses_rotate = false;             // the name led to different addresses
  bool aliases_alone = false;                // the resolver answers without addresses
  std::uint64_t packets = 0;
  std::uint64_t gone_if_a_first = 0;  // packets that would have passed had the client asked for addresses first
};

// The best first. Of a client that is not known: only what helps each of the candidates.
std::vector<Cure> client_cures(const ChaseFacts& facts);

}  // namespace cnamedrop::explain
