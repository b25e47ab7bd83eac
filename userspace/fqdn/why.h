// SPDX-License-Identifier: Apache-2.0
// Why an address under a name is not the same in a trace and in Cilium's list, in words. What the two do not prove is
// said with "may".
#pragma once

#include <string>

#include "fqdn/evidence.h"

namespace cnamedrop::fqdn {

std::string why_only_in_trace(const Evidence& evidence, const TraceCredit& credit);
std::string why_only_in_cilium(const Evidence& evidence, const Pair& pair, const Lookup& row);
std::string why_connection(const TraceCache& trace, const TraceCredit& credit);
std::string why_other_lookup(const Evidence& evidence, const TraceCredit& credit, const Lookup& row);
std::string why_other_ttl(const Evidence& evidence, const TraceCredit& credit, const Lookup& row);
std::string why_other_expiry(const Lookup& row);

}  // namespace cnamedrop::fqdn
