// SPDX-License-Identifier: Apache-2.0
// What is uncertain never allows: a rule that may not be for the pod, or whose peers an address does not tell, leaves a
// doubt instead.
#include "join/rule_cause.h"

#include <algorithm>

#include "join/doubts.h"

namespace cnamedrop::join {
namespace {

using policy::AppliedRule;
using policy::Match;
using policy::Uncertainty;

bool is_whole(const DropCase& seen) { return seen.trace.policy != nullptr && seen.trace.policy->is_whole(); }

events::SelectorCitation cite(const AppliedRule& applied, const char* field) {
  const std::string& name = applied.policy->name;
  return {std::string(field) + (name.empty() ? "" : " of " + name), policy::to_string(applied.rule->source), ""};
}

// How surely the rule is for the pod and covers the packet.
Match covers(const DropCase& seen, const AppliedRule& applied) {
  const Match is_the_pods = applied.uncertainty == Uncertainty::None ? Match::Yes : Match::Unknown;
  return policy::both(applied.rule->covers(seen.to), is_the_pods);
}

const AppliedRule* find_rule(const DropCase& seen, std::span<const AppliedRule> rules, Match wanted) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const AppliedRule& applied) { return covers(seen, applied) == wanted; });
  return found == rules.end() ? nullptr : &*found;
}

void add_rule_doubt(const AppliedRule& applied, std::string_view otherwise, events::Cause& cause) {
  if (applied.uncertainty != Uncertainty::None)
    add_doubt(cause, applied.uncertainty);
  else
    add_doubt(cause, otherwise);
}

// Whether the rule lets look-ups out to something that may be the pod's resolver.
bool lets_lookups_out(const DropCase& seen, const policy::Rule& rule) {
  const auto& ports = seen.trace.dns_ports;
  const bool port = std::any_of(ports.begin(), ports.end(), [&](std::uint16_t number) {
    return rule.covers_port(events::protocol::UDP, number) != Match::No ||
           rule.covers_port(events::protocol::TCP, number) != Match::No;
  });
  if (!port) return false;
  if (rule.any_peer || rule.peers_by_label || !rule.entities.empty()) return true;
  const std::vector<dns::IpAddress>& resolvers = seen.pod.resolvers.all();
  return std::any_of(rule.ranges.begin(), rule.ranges.end(), [&](const policy::CidrPeer& peer) {
    return resolvers.empty() || std::any_of(resolvers.begin(), resolvers.end(), [&](const dns::IpAddress& address) {
             return peer.range.contains(address);
           });
  });
}

}  // namespace

bool is_denied_by_rule(const DropCase& seen, events::Cause& cause) {
  if (!is_whole(seen)) return false;
  const AppliedRule* rule = find_rule(seen, seen.trace.policy->deny(), Match::Yes);
  if (rule == nullptr) return false;
  cause.selector = cite(*rule, "egressDeny");
  return true;
}

bool may_be_denied_by_rule(const DropCase& seen, events::Cause& cause) {
  if (!is_whole(seen)) return false;
  const AppliedRule* rule = find_rule(seen, seen.trace.policy->deny(), Match::Unknown);
  if (rule == nullptr) return false;
  cause.selector = cite(*rule, "egressDeny");
  add_rule_doubt(*rule, doubt::rule_may_deny, cause);
  return true;
}

bool is_allowed_by_rule(const DropCase& seen, events::Cause& cause) {
  if (!is_whole(seen)) return false;
  if (seen.trace.policy->denies_by_default() == Match::No) {
    cause.note = "no policy that is for the pod denies what it does not let through";
    return true;
  }
  const AppliedRule* rule = find_rule(seen, seen.trace.policy->allow(), Match::Yes);
  if (rule == nullptr) return false;
  cause.selector = cite(*rule, "egress");
  if (!rule->rule->also_judged_by.empty())
    cause.note = "the rule also has " + rule->rule->also_judged_by + ", which may refuse what it lets through";
  return true;
}

bool is_no_dns_rule(const DropCase& seen, events::Cause& cause) {
  if (!is_whole(seen) || seen.trace.policy->selectors().empty()) return false;
  const AppliedRule* found = nullptr;
  for (const AppliedRule& applied : seen.trace.policy->allow()) {
    if (!lets_lookups_out(seen, *applied.rule)) continue;
    if (applied.rule->has_dns_rules) return false;
    if (found == nullptr) found = &applied;
  }
  if (found == nullptr) return false;
  cause.selector = cite(*found, "egress");
  cause.note = "it lets look-ups out without rules.dns: the DNS proxy does not see them, and no name is credited";
  add_doubt(cause, found->uncertainty);
  return true;
}

void add_assumption_doubts(const DropCase& seen, events::Cause& cause) {
  if (is_whole(seen) && seen.trace.policy->assumes_namespace()) add_doubt(cause, doubt::namespace_unknown);
}

void add_rule_doubts(const DropCase& seen, events::Cause& cause) {
  if (!is_whole(seen)) return;
  const policy::PodPolicy& policy = *seen.trace.policy;
  if (const AppliedRule* rule = find_rule(seen, policy.allow(), Match::Unknown))
    add_rule_doubt(*rule, doubt::rule_may_allow, cause);
  if (policy.denies_by_default() == Match::Unknown) add_doubt(cause, policy.default_uncertainty());
  const bool lookups_allowed =
      std::any_of(policy.allow().begin(), policy.allow().end(),
                  [&](const AppliedRule& applied) { return lets_lookups_out(seen, *applied.rule); });
  if (!lookups_allowed && !seen.pod.resolvers.all().empty()) add_doubt(cause, doubt::dns_policy_missing);
}

}  // namespace cnamedrop::join
