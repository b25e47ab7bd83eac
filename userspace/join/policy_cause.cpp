// SPDX-License-Identifier: Apache-2.0
// A selector speaks of names and ports at once: where several match, the packet was denied only if none of them lets it
// through. So a row that blames the race or the limit needs it to be to blame for every match that holds the port.
#include "join/policy_cause.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "events/enum_names.h"
#include "policy/near_miss.h"

namespace cnamedrop::join {
namespace {

using policy::Selector;

events::SelectorCitation cite(const Selector& selector, const dns::Name& name) {
  return {selector.text, policy::to_string(selector.source), name};
}

std::string port_text(const DropCase& seen) {
  const std::string protocol = events::protocol_to_string(seen.drop.protocol);
  return seen.remote.port == 0 ? protocol : protocol + " port " + std::to_string(seen.remote.port);
}

bool allows_port(const DropCase& seen, const Selector& selector) {
  return selector.allows_port(seen.drop.protocol, seen.remote.port);
}

std::span<const Selector> selectors_of(const DropCase& seen) {
  if (seen.trace.policy == nullptr) return {};
  return seen.trace.policy->selectors;
}

const Selector* find_selector(const DropCase& seen, const dns::Name& name) {
  const std::span<const Selector> selectors = selectors_of(seen);
  const auto found = std::find_if(selectors.begin(), selectors.end(),
                                  [&](const Selector& selector) { return selector.matches(name); });
  return found == selectors.end() ? nullptr : &*found;
}

const Selector* find_selector_of_port(const DropCase& seen, const dns::Name& name) {
  const std::span<const Selector> selectors = selectors_of(seen);
  const auto found = std::find_if(selectors.begin(), selectors.end(), [&](const Selector& selector) {
    return allows_port(seen, selector) && selector.matches(name);
  });
  return found == selectors.end() ? nullptr : &*found;
}

bool is_fresh(const DropCase& seen, const PolicyMatch& match) {
  return elapsed(match.credit->live_since, seen.at) < seen.trace.settings.race_window;
}

std::size_t addresses_over_limit(const DropCase& seen, const PolicyMatch& match) {
  const std::size_t limit = seen.trace.settings.max_ips_per_name;
  const std::size_t addresses = seen.pod.credits.live_addresses(match.credit->name, seen.at, limit);
  return addresses > limit ? addresses : 0;
}

// The selector covers the name, but not the port.
bool note_port(const DropCase& seen, const dns::Name& name, events::Cause& cause) {
  const Selector* selector = find_selector(seen, name);
  if (selector == nullptr) return false;
  cause.selector = cite(*selector, name);
  cause.note = "the selector holds " + name + ", but not " + port_text(seen);
  return true;
}

bool note_near_miss(const DropCase& seen, const dns::Name& name, events::Cause& cause) {
  const std::optional<policy::NearMiss> miss = policy::find_near_miss(name, selectors_of(seen));
  if (!miss) return false;
  cause.selector = cite(*miss->selector, name);
  cause.note = miss->explanation;
  return true;
}

// A selector covers a name that the chase only passed.
bool note_passed_name(const DropCase& seen, const events::Chase& chase, events::Cause& cause) {
  for (const events::AliasStep& step : chase.chain) {
    const Selector* selector = find_selector(seen, step.target);
    if (selector == nullptr) continue;
    cause.selector = cite(*selector, step.target);
    cause.note = "the selector holds " + step.target + ", an alias on the way from " + chase.origin + " to " +
                 chase.credited + ", and neither of the two";
    return true;
  }
  return false;
}

}  // namespace

void add_matches(DropCase& seen) {
  for (const CreditEntry* credit : seen.live) {
    for (const Selector& selector : selectors_of(seen)) {
      if (!selector.matches(credit->name)) continue;
      (allows_port(seen, selector) ? seen.matches : seen.matches_of_other_ports).push_back({&selector, credit});
    }
  }
}

bool is_too_fresh(const DropCase& seen, events::Cause& cause) {
  if (seen.matches.empty()) return false;
  if (!std::all_of(seen.matches.begin(), seen.matches.end(), [&](const PolicyMatch& m) { return is_fresh(seen, m); }))
    return false;
  const PolicyMatch& match = seen.matches.front();
  cause.selector = cite(*match.selector, match.credit->name);
  cause.note = "credited " + std::to_string(elapsed(match.credit->live_since, seen.at) / std::chrono::microseconds(1)) +
               " us before the drop";
  return true;
}

bool is_over_limit(const DropCase& seen, events::Cause& cause) {
  const PolicyMatch* over = nullptr;
  std::size_t addresses = 0;
  for (const PolicyMatch& match : seen.matches) {
    if (is_fresh(seen, match)) continue;
    addresses = addresses_over_limit(seen, match);
    if (addresses == 0) return false;
    over = &match;
  }
  if (over == nullptr) return false;
  cause.selector = cite(*over->selector, over->credit->name);
  cause.note = over->credit->name + " has " + std::to_string(addresses) + " live addresses, the policy engine keeps " +
               std::to_string(seen.trace.settings.max_ips_per_name);
  return true;
}

bool is_port_mismatch(const DropCase& seen, events::Cause& cause) {
  if (!seen.matches.empty() || seen.matches_of_other_ports.empty()) return false;
  const PolicyMatch& match = seen.matches_of_other_ports.front();
  cause.selector = cite(*match.selector, match.credit->name);
  cause.note = "the selector does not hold " + port_text(seen);
  return true;
}

bool is_allowed_by_name(const DropCase& seen, events::Cause& cause) {
  if (seen.matches.empty()) return false;
  cause.selector = cite(*seen.matches.front().selector, seen.matches.front().credit->name);
  return true;
}

bool is_search_suffix(const DropCase& seen, events::Cause& cause) {
  for (const CreditEntry* credit : seen.live) {
    const auto found = policy::find_search_suffix(credit->name, selectors_of(seen), seen.pod.search_domains.known());
    if (!found) continue;
    cause.selector = cite(*found->selector, found->selected);
    cause.note = credit->name + " is " + found->selected + " with the search domain " + found->suffix;
    return true;
  }
  return false;
}

void judge_origins(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr) return;
  for (events::Chase& chase : cause.chases) {
    const Selector* selector = find_selector_of_port(seen, chase.origin);
    chase.origin_allowed = selector != nullptr;
    if (selector != nullptr && !cause.selector) cause.selector = cite(*selector, chase.origin);
  }
  if (cause.selector) return;
  for (const events::Chase& chase : cause.chases) {
    if (note_port(seen, chase.origin, cause) || note_passed_name(seen, chase, cause) ||
        note_near_miss(seen, chase.origin, cause))
      return;
  }
}

bool is_selects_target(const DropCase& seen, events::Cause& cause) {
  for (const CreditEntry* credit : seen.live) {
    std::vector<dns::Name> targets = seen.pod.aliases.targets_behind(credit->name);
    for (const events::AliasStep& step : *credit->chain) targets.push_back(step.target);
    for (const dns::Name& target : targets) {
      const Selector* selector = find_selector(seen, target);
      if (selector == nullptr) continue;
      cause.selector = cite(*selector, target);
      cause.note = "the pod asked for " + credit->name + ", an alias of " + target;
      return true;
    }
  }
  return false;
}

bool is_near_miss(const DropCase& seen, events::Cause& cause) {
  return std::any_of(seen.live.begin(), seen.live.end(),
                     [&](const CreditEntry* credit) { return note_near_miss(seen, credit->name, cause); });
}

bool is_name_mismatch(const DropCase& seen, events::Cause&) {
  return seen.trace.policy != nullptr && !seen.live.empty();
}

void cite_expired(const DropCase& seen, events::Cause& cause) {
  for (const CreditEntry& credit : *seen.credits) {
    const Selector* selector = find_selector_of_port(seen, credit.name);
    if (selector == nullptr) continue;
    cause.selector = cite(*selector, credit.name);
    return;
  }
}

}  // namespace cnamedrop::join
