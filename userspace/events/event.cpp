// SPDX-License-Identifier: Apache-2.0
// What follows from answers and causes.
#include "events/event.h"

#include "dns/answer.h"

namespace cnamedrop::events {

std::vector<AliasStep> chain_of(const dns::Message& answer, Time seen) {
  std::vector<AliasStep> chain;
  for (const dns::Record* alias : dns::alias_chain(answer))
    chain.push_back({alias->owner, alias->target, alias->ttl, seen, false});
  return chain;
}

std::vector<std::string_view> remote_names(const Event& event) {
  std::vector<std::string_view> names;
  if (!event.cause) return names;
  for (const Credit& credit : event.cause->credits)
    if (credit.live) names.emplace_back(credit.name);
  return names;
}

}  // namespace cnamedrop::events
