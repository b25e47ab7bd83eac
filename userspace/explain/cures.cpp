// SPDX-License-Identifier: Apache-2.0
// One function a cause; what the policy can do comes last, because it treats the effect.
#include "explain/cures.h"

#include <algorithm>
#include <set>
#include <utility>

#include "explain/client_cures.h"
#include "explain/policy_patch.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;

bool is_selected(const policy::Policy* policy, const dns::Name& name, const Tally<Remote>& remotes) {
  if (policy == nullptr) return false;
  return std::all_of(remotes.packets.begin(), remotes.packets.end(), [&](const auto& entry) {
    const Remote& remote = entry.first;
    return std::any_of(policy->selectors.begin(), policy->selectors.end(), [&](const policy::Selector& selector) {
      return selector.matches(name) && selector.allows_port(remote.protocol, remote.endpoint.port);
    });
  });
}

std::string matched_name(const Finding& finding) {
  return finding.cause.selector ? std::string(dns::short_name(finding.cause.selector->matched)) : "the name";
}

// Where the rule belongs, as far as a selector of the policy tells.
std::string place(const Finding& finding) {
  return finding.cause.selector ? ", in the policy of " + finding.cause.selector->source : "";
}

// A rule for those of the names that the policy does not let through as it is.
Cure select_names(const Finding& finding, const std::set<dns::Name>& names, const policy::Policy* policy,
                  std::string what, std::string why) {
  std::set<dns::Name> missing;
  for (const dns::Name& name : names)
    if (!is_selected(policy, name, finding.remotes)) missing.insert(name);
  std::string rule = egress_rule(missing, finding.remotes);
  if (rule.empty())
    return {CureKind::SelectNames, Verdict::Fails, std::move(what), "no name is left that a matchName could say", ""};
  return {CureKind::SelectNames, Verdict::Holds, what + place(finding), std::move(why), std::move(rule)};
}

Cure advice(std::string what, std::string why = "") {
  return {CureKind::Advice, Verdict::Holds, std::move(what), std::move(why), ""};
}

std::vector<Cure> cures_of_cname_only(const Finding& finding, const policy::Policy* policy) {
  std::vector<Cure> cures = client_cures(finding);
  const bool moves = finding.credited.size() > 1;
  Cure rule =
      select_names(finding, finding.to_select, policy,
                   "whatever the client is: select every name of the chain beside the name itself",
                   "each address in this finding was credited to one of these names when its packet was dropped");
  if (moves && rule.verdict == Verdict::Holds) {
    rule.verdict = Verdict::HoldsNow;
    rule.why = "the chain ended at " + std::to_string(finding.credited.size()) +
               " different names during the trace: it holds until it leads to a new one";
  }
  cures.push_back(std::move(rule));
  return cures;
}

Cure add_port(const Finding& finding) {
  const std::string rule = egress_rule({finding.cause.selector->matched}, finding.remotes);
  return {CureKind::AddPort, Verdict::Holds,
          "let the port of these packets through for " + matched_name(finding) + place(finding),
          "the selector holds the name; only its ports are others", rule};
}

Cure allow_address(const Finding& finding) {
  return advice("if the pod is meant to reach " + dns::to_string(finding.cause.address) +
                    ", select it by address (toCIDR), or let the pod learn it by a name",
                "no answer that the pod received held the address, so no policy by name can let it through");
}

std::vector<Cure> cures_of_others(const Finding& finding, const policy::Policy* policy) {
  const std::set<dns::Name> names(finding.names.begin(), finding.names.end());
  const std::string name = matched_name(finding);
  switch (finding.kind) {
    case CauseKind::DnsDropped:
      return {advice("let the pod reach its resolver: allow its port to " + dns::to_string(finding.cause.address),
                     "the dropped packets are DNS messages themselves")};
    case CauseKind::NotLearned:
      return {allow_address(finding)};
    case CauseKind::TooFresh:
      return {advice("raise tofqdns-proxy-response-max-delay, so that answers wait until the policy is ready",
                     "the packets left within the race window behind the answer; a retry would have passed")};
    case CauseKind::OverLimit:
      return {advice("raise tofqdns-endpoint-max-ip-per-hostname", finding.cause.note)};
    case CauseKind::PortMismatch:
      return {add_port(finding)};
    case CauseKind::SearchSuffix:
      return {advice("turn off CoreDNS' autopath, or ask for " + name + " with its final dot", finding.cause.note),
              select_names(finding, names, policy, "or select the names with their search domain", finding.cause.note)};
    case CauseKind::SelectsTarget:
      return {select_names(finding, names, policy, "select the alias that the pod asks for, not what it leads to",
                           finding.cause.note)};
    case CauseKind::NearMiss:
      return {select_names(finding, names, policy, "select the name itself", finding.cause.note)};
    case CauseKind::NameMismatch:
      return {select_names(finding, names, policy, "if the pod is meant to reach them, select the names",
                           "the address was credited to them, and no selector holds them")};
    case CauseKind::Expired:
      return {advice("let the client ask again when the TTL is over, or raise tofqdns-min-ttl",
                     "the packets used an address whose last answer had run out")};
    case CauseKind::AllowedByName:
      return {advice("look for another policy, or for rules outside of policies: names are not the reason",
                     "a selector lets the address through, port included")};
    case CauseKind::Learned:
      return {advice("name the policy (--policy) to have these drops judged")};
    case CauseKind::CnameOnly:
      break;
  }
  return {};
}

}  // namespace

std::vector<Cure> find_cures(const Finding& finding, const policy::Policy* policy) {
  return finding.kind == CauseKind::CnameOnly ? cures_of_cname_only(finding, policy) : cures_of_others(finding, policy);
}

}  // namespace cnamedrop::explain
