// SPDX-License-Identifier: Apache-2.0
// Only the last few denials are compared: a resolver walks its list at once.
#include "join/search_domains.h"

#include <algorithm>

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_denied = 16;
constexpr std::size_t max_known = 16;

}  // namespace

void SearchDomains::ask(const dns::Name& name) {
  if (name == ".") return;
  for (const dns::Name& denied : denied_) {
    if (known_.size() >= max_known) return;
    if (denied.size() <= name.size() || !denied.starts_with(name)) continue;
    const dns::Name domain = denied.substr(name.size());
    if (std::find(known_.begin(), known_.end(), domain) == known_.end()) known_.push_back(domain);
  }
}

void SearchDomains::deny(const dns::Name& name) {
  if (std::find(denied_.begin(), denied_.end(), name) != denied_.end()) return;
  if (denied_.size() >= max_denied) denied_.pop_front();
  denied_.push_back(name);
}

}  // namespace cnamedrop::join
