// SPDX-License-Identifier: Apache-2.0
// What to change, in the policy and in the client, and whether the trace lets one hope that it will help. Doubts come
// first: where one remains nothing final is said, and nothing is opened wider than what was dropped.
#pragma once

#include <vector>

#include "explain/report.h"
#include "policy/pod_policy.h"

namespace cnamedrop::explain {

// The cures of a finding whose client is known, the best first. policy: what the drops were judged by; null for none.
std::vector<Cure> find_cures(const Finding& finding, const policy::PodPolicy* policy);
std::vector<Cure> find_cures(const DnsFinding& finding, const policy::PodPolicy* policy);

// Whether the DNS rules of the policy let the finding's names be asked for, in words; "" without such rules.
std::string dns_rule_note(const DnsFinding& finding, const policy::PodPolicy* policy);

}  // namespace cnamedrop::explain
