// SPDX-License-Identifier: Apache-2.0
// The selectors of policies by themselves, for tests of what was read.
#pragma once

#include <vector>

#include "policy/policy.h"

namespace cnamedrop::policy {

inline std::vector<Selector> selectors_of(const Policy& policy) {
  std::vector<Selector> selectors;
  for (const Selector* selector : all_selectors(policy)) selectors.push_back(*selector);
  return selectors;
}

inline std::vector<Selector> dns_rules_of(const Policy& policy) {
  std::vector<Selector> rules;
  for (const NetworkPolicy& one : policy.policies)
    for (const Rule& rule : one.allow) rules.insert(rules.end(), rule.dns_rules.begin(), rule.dns_rules.end());
  return rules;
}

inline std::vector<const Selector*> pointers_to(const std::vector<Selector>& selectors) {
  std::vector<const Selector*> pointers;
  for (const Selector& selector : selectors) pointers.push_back(&selector);
  return pointers;
}

}  // namespace cnamedrop::policy
