// SPDX-License-Identifier: Apache-2.0
// What to change, in the policy and in the client, and whether the trace lets one hope that it will help.
#pragma once

#include <vector>

#include "explain/report.h"
#include "policy/policy.h"

namespace cnamedrop::explain {

// The cures of a finding whose client is known, the best first. policy: what the drops were judged by; null for none.
std::vector<Cure> find_cures(const Finding& finding, const policy::Policy* policy);

}  // namespace cnamedrop::explain
