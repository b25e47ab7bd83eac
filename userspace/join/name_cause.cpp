// SPDX-License-Identifier: Apache-2.0
// A selector speaks of names and ports at once: where several match, the packet was denied only if none of them lets it
// through. So a row that blames the race or the limit needs it to be to blame for every match that covers the port.
#include "join/name_cause.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "events/enum_names.h"
#include "join/doubts.h"
#include "policy/near_miss.h"

namespace cnamedrop::join {
namespace {

using policy::AppliedSelector;
using policy::Match;
using policy::Uncertainty;

// A selector that matches the name of a live credit, and how surely it lets the packet through.
struct NameMatch {
  const AppliedSelector* selector;
  const CreditEntry* credit;
  const std::string* other_pod;  // whose credit it is; null: the pod's own
  Match lets_through;
};

events::SelectorCitation cite(const AppliedSelector& applied, const dns::Name& name) {
  return {applied.selector->text, policy::to_string(applied.selector->source), name};
}

std::string port_text(const DropCase& seen) {
  const std::string protocol = events::protocol_to_string(seen.drop.protocol);
  return seen.remote.port == 0 ? protocol : protocol + " port " + std::to_string(seen.remote.port);
}

Match lets_through(const DropCase& seen, const AppliedSelector& applied) {
  const Match is_the_pods = applied.uncertainty == Uncertainty::None ? Match::Yes : Match::Unknown;
  const Match port = applied.selector->covers_port(seen.to.protocol, seen.to.port);
  return port == Match::No ? Match::No : policy::both(port, is_the_pods);
}

void add_matches(const DropCase& seen, const CreditEntry& credit, const std::string* other_pod,
                 std::vector<NameMatch>& matches) {
  for (const AppliedSelector& applied : seen.trace.policy->selectors())
    if (applied.selector->matches(credit.name))
      matches.push_back({&applied, &credit, other_pod, lets_through(seen, applied)});
}

// Of the live credits, the pod's own first.
std::vector<NameMatch> find_matches(const DropCase& seen) {
  std::vector<NameMatch> matches;
  if (seen.trace.policy == nullptr) return matches;
  for (const ChasedCredit& current : seen.current)
    if (current.credit->live(seen.at)) add_matches(seen, *current.credit, nullptr, matches);
  for (const OtherCredit& other : seen.trace.others) add_matches(seen, other.credit, &other.pod, matches);
  return matches;
}

const AppliedSelector* find_selector(const DropCase& seen, const dns::Name& name, Match at_least) {
  return seen.trace.policy == nullptr ? nullptr : seen.trace.policy->find(name, seen.to, at_least);
}

void add_selector_doubts(const DropCase& seen, const AppliedSelector& applied, events::Cause& cause) {
  add_doubt(cause, applied.uncertainty);
  if (applied.selector->covers_port(seen.to.protocol, seen.to.port) == Match::Unknown)
    add_doubt(cause, doubt::rule_may_allow);
}

bool is_fresh(const DropCase& seen, const NameMatch& match) {
  return elapsed(match.credit->first, seen.at) < seen.trace.settings.race_window;
}

bool allow_by(const NameMatch& match, events::Cause& cause) {
  cause.selector = cite(*match.selector, match.credit->name);
  if (match.other_pod != nullptr)
    cause.note = "pod " + *match.other_pod + " of the node holds the address under this name";
  return true;
}

// The chases of all current credits; those that a selector names come first, and steps of a chase only if it does.
struct JudgedChase {
  const AliasGraph::FoundChase* found;
  const AppliedSelector* selector;  // of the origin, with the port
};

std::vector<JudgedChase> judge_chases(const DropCase& seen) {
  std::vector<JudgedChase> judged;
  for (const ChasedCredit& current : seen.current)
    for (const AliasGraph::FoundChase& found : current.chases) {
      const AppliedSelector* selector = find_selector(seen, found.chase.origin, Match::Unknown);
      const bool allowed = selector != nullptr && has_live_credit(seen, found.chase.origin);
      if (selector != nullptr && !allowed)
        judged.push_back({&found, selector});
      else if (found.is_start)
        judged.push_back({&found, nullptr});
    }
  std::stable_sort(judged.begin(), judged.end(), [](const JudgedChase& a, const JudgedChase& b) {
    return (a.selector != nullptr) > (b.selector != nullptr);
  });
  return judged;
}

// The chases as evidence, whether one of them is to blame or not.
void show_chases(const std::vector<JudgedChase>& judged, events::Cause& cause) {
  constexpr std::size_t max_shown = 16;
  cause.chases.clear();
  for (const JudgedChase& one : judged) {
    if (cause.chases.size() >= max_shown) break;
    cause.chases.push_back(one.found->chase);
    cause.chases.back().origin_allowed = one.selector != nullptr;
  }
}

bool is_selected_by_name(const DropCase& seen, const dns::Name& name) {
  const auto selectors = seen.trace.policy->plain_selectors();
  return std::any_of(selectors.begin(), selectors.end(),
                     [&](const policy::Selector* selector) { return selector->matches(name); });
}

bool note_near_miss(const DropCase& seen, const dns::Name& name, events::Cause& cause) {
  const std::optional<policy::NearMiss> miss = policy::find_near_miss(name, seen.trace.policy->plain_selectors());
  if (!miss) return false;
  cause.selector = {miss->selector->text, policy::to_string(miss->selector->source), name};
  cause.note = miss->explanation;
  return true;
}

// A selector that matches the name and covers other ports alone.
bool note_other_ports(const DropCase& seen, const dns::Name& name, events::Cause& cause) {
  for (const AppliedSelector& applied : seen.trace.policy->selectors()) {
    if (lets_through(seen, applied) != Match::No || !applied.selector->matches(name)) continue;
    cause.selector = cite(applied, name);
    cause.note = "the selector matches " + name + ", but not " + port_text(seen);
    add_doubt(cause, applied.uncertainty);
    return true;
  }
  return false;
}

}  // namespace

bool is_too_fresh(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.is_retry || (seen.drop.protocol == events::protocol::TCP && !events::is_syn(seen.drop))) return false;
  const NameMatch* fresh = nullptr;
  const std::vector<NameMatch> matches = find_matches(seen);
  for (const NameMatch& match : matches) {
    if (match.lets_through != Match::Yes) continue;
    if (!is_fresh(seen, match)) return false;
    if (fresh == nullptr) fresh = &match;
  }
  if (fresh == nullptr) return false;
  cause.selector = cite(*fresh->selector, fresh->credit->name);
  cause.note = "credited " + std::to_string(elapsed(fresh->credit->first, seen.at) / std::chrono::microseconds(1)) +
               " us before the drop";
  add_selector_doubts(seen, *fresh->selector, cause);
  add_doubt(cause, doubt::retry_awaited);
  return true;
}

bool is_over_limit(const DropCase& seen, events::Cause& cause) {
  const std::size_t limit = seen.trace.settings.max_ips_per_name;
  const NameMatch* over = nullptr;
  CreditTable::OverLimit by;
  const std::vector<NameMatch> matches = find_matches(seen);
  for (const NameMatch& match : matches) {
    if (match.lets_through == Match::No || is_fresh(seen, match)) continue;
    if (match.other_pod != nullptr) return false;
    const CreditTable::OverLimit found = seen.pod.credits.over_limit(*match.credit, seen.at, limit);
    if (found.addresses == 0 || found.expire_before >= found.addresses - limit) return false;
    if (over == nullptr) by = found;
    over = &match;
  }
  if (over == nullptr) return false;
  cause.selector = cite(*over->selector, over->credit->name);
  cause.note = over->credit->name + " has " + std::to_string(by.addresses) +
               " live addresses, the policy engine keeps " + std::to_string(limit) +
               ", and this one is among those that expire first";
  add_selector_doubts(seen, *over->selector, cause);
  if (by.expire_together > by.addresses - limit - by.expire_before) add_doubt(cause, doubt::limit_tie);
  return true;
}

bool is_chased_from_selected(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr) return false;
  const std::vector<JudgedChase> judged = judge_chases(seen);
  show_chases(judged, cause);
  if (judged.empty() || judged.front().selector == nullptr) return false;
  const std::vector<NameMatch> matches = find_matches(seen);
  if (std::any_of(matches.begin(), matches.end(), [](const NameMatch& m) { return m.lets_through == Match::Yes; }))
    return false;
  const JudgedChase& first = judged.front();
  cause.selector = cite(*first.selector, first.found->chase.origin);
  add_selector_doubts(seen, *first.selector, cause);
  if (seen.trace.container_known) {
    const auto& askers = first.found->asked_by;
    if (std::find(askers.begin(), askers.end(), seen.drop.cgroup_id) == askers.end())
      add_doubt(cause, doubt::other_container);
  }
  // Somebody else's selector may let the packet through by another name of the address.
  for (const NameMatch& match : matches)
    if (match.lets_through != Match::No) add_selector_doubts(seen, *match.selector, cause);
  return true;
}

bool is_port_mismatch(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr) return false;
  const std::vector<NameMatch> matches = find_matches(seen);
  if (std::any_of(matches.begin(), matches.end(), [](const NameMatch& m) { return m.lets_through != Match::No; }))
    return false;
  if (!matches.empty()) return note_other_ports(seen, matches.front().credit->name, cause);
  return std::any_of(cause.chases.begin(), cause.chases.end(), [&](const events::Chase& chase) {
    return !has_live_credit(seen, chase.origin) && note_other_ports(seen, dns::Name(chase.origin), cause);
  });
}

bool is_allowed_by_name(const DropCase& seen, events::Cause& cause) {
  for (const NameMatch& match : find_matches(seen))
    if (match.lets_through == Match::Yes) return allow_by(match, cause);
  return false;
}

bool may_be_allowed_by_name(const DropCase& seen, events::Cause& cause) {
  for (const NameMatch& match : find_matches(seen)) {
    if (match.lets_through != Match::Unknown) continue;
    add_selector_doubts(seen, *match.selector, cause);
    return allow_by(match, cause);
  }
  return false;
}

bool is_search_suffix(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr) return false;
  for (const ChasedCredit& current : seen.current) {
    const dns::Name& name = current.credit->name;
    const auto found =
        policy::find_search_suffix(name, seen.trace.policy->plain_selectors(), seen.pod.search_domains.known());
    if (!found || found->selector->covers_port(seen.to.protocol, seen.to.port) == Match::No) continue;
    // A name that something is an alias of is a name of its own.
    if (!current.chases.empty()) continue;
    cause.selector = {found->selector->text, policy::to_string(found->selector->source), found->selected};
    cause.note = name + " is " + found->selected + " with the search domain " + found->suffix;
    return true;
  }
  return false;
}

bool is_selects_target(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr) return false;
  for (const ChasedCredit& current : seen.current) {
    std::vector<dns::Name> targets = seen.pod.aliases.targets_behind(current.credit->name);
    for (const events::AliasStep& step : *current.credit->chain) targets.push_back(step.target);
    for (const dns::Name& target : targets) {
      const AppliedSelector* selector = find_selector(seen, target, Match::Unknown);
      if (selector == nullptr) continue;
      cause.selector = cite(*selector, target);
      cause.note = "the pod asked for " + current.credit->name + ", an alias of " + target;
      add_selector_doubts(seen, *selector, cause);
      return true;
    }
  }
  for (const events::Chase& chase : cause.chases) {
    for (const events::AliasStep& step : chase.chain) {
      const AppliedSelector* selector =
          step.target == chase.credited ? nullptr : find_selector(seen, step.target, Match::Unknown);
      if (selector == nullptr) continue;
      cause.selector = cite(*selector, step.target);
      cause.note = "the selector matches " + step.target + ", an alias between " + chase.origin + " and " +
                   chase.credited + " that the pod did not ask for";
      add_selector_doubts(seen, *selector, cause);
      return true;
    }
  }
  return false;
}

bool is_near_miss(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr || is_expired_selected(seen, cause)) return false;
  for (const events::Chase& chase : cause.chases)
    if (note_near_miss(seen, dns::Name(chase.origin), cause)) return true;
  return std::any_of(seen.current.begin(), seen.current.end(),
                     [&](const ChasedCredit& current) { return note_near_miss(seen, current.credit->name, cause); });
}

bool is_name_mismatch(const DropCase& seen, events::Cause& cause) {
  return seen.trace.policy != nullptr && !is_expired_selected(seen, cause);
}

bool is_expired_selected(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy == nullptr || seen.credits == nullptr) return false;
  for (const CreditEntry& credit : *seen.credits) {
    if (credit.live(seen.at) || !is_selected_by_name(seen, credit.name)) continue;
    const AppliedSelector* selector = find_selector(seen, credit.name, Match::Unknown);
    if (selector == nullptr) continue;
    cause.selector = cite(*selector, credit.name);
    return true;
  }
  return false;
}

bool is_selected_through_other_pod(const DropCase& seen) {
  if (seen.trace.policy == nullptr) return false;
  return std::any_of(seen.trace.others.begin(), seen.trace.others.end(), [&](const OtherCredit& other) {
    return find_selector(seen, other.credit.name, Match::Unknown) != nullptr;
  });
}

}  // namespace cnamedrop::join
