// SPDX-License-Identifier: Apache-2.0
// One function per cause; what the policy can do comes last, because it treats the effect.
#include "explain/cures.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "explain/client_cures.h"
#include "explain/policy_patch.h"
#include "join/doubts.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;
namespace doubt = join::doubt;

bool has_doubt(const Finding& finding, std::string_view doubt) { return finding.doubts.contains(std::string(doubt)); }

bool is_selected(const policy::PodPolicy* policy, const dns::Name& name, const Tally<Remote>& remotes) {
  if (policy == nullptr) return false;
  return std::all_of(remotes.packets.begin(), remotes.packets.end(), [&](const auto& entry) {
    const Remote& remote = entry.first;
    const policy::Destination to{remote.endpoint.address, remote.protocol, remote.endpoint.port};
    return policy->find(name, to, policy::Match::Yes) != nullptr;
  });
}

bool has_dns_rules(const policy::PodPolicy* policy) {
  return policy != nullptr && std::any_of(policy->allow().begin(), policy->allow().end(),
                                          [](const policy::AppliedRule& rule) { return rule.rule->has_dns_rules; });
}

// The first DNS rule that lets the name be asked for; null if none does.
const policy::Selector* find_dns_rule(const policy::PodPolicy* policy, const dns::Name& name) {
  if (policy == nullptr) return nullptr;
  for (const policy::AppliedRule& applied : policy->allow())
    for (const policy::Selector& rule : applied.rule->dns_rules)
      if (rule.matches(name)) return &rule;
  return nullptr;
}

std::set<dns::Name> names_without_dns_rule(const std::set<dns::Name>& names, const policy::PodPolicy* policy) {
  std::set<dns::Name> missing;
  for (const dns::Name& name : names)
    if (find_dns_rule(policy, name) == nullptr) missing.insert(name);
  return missing;
}

std::string matched_name(const Finding& finding) {
  return finding.cause.selector ? std::string(dns::short_name(finding.cause.selector->matched)) : "the name";
}

// Where the rule belongs, as far as a selector of the policy tells.
std::string place(const Finding& finding) {
  return finding.cause.selector && !finding.cause.selector->source.empty()
             ? ", in the policy of " + finding.cause.selector->source
             : "";
}

// A rule for those of the names that the policy does not let through as it is.
Cure select_names(const Finding& finding, const std::set<dns::Name>& names, const policy::PodPolicy* policy,
                  std::string what, std::string why) {
  std::set<dns::Name> missing;
  for (const dns::Name& name : names)
    if (!is_selected(policy, name, finding.remotes)) missing.insert(name);
  std::string rule = egress_rule(missing, finding.remotes);
  if (rule.empty())
    return {CureKind::SelectNames, Verdict::Fails, std::move(what), "no name and port is left that a rule could say",
            ""};
  return {CureKind::SelectNames, Verdict::Holds, what + place(finding), std::move(why), std::move(rule)};
}

Cure advice(std::string what, std::string why = "") {
  return {CureKind::Advice, Verdict::Holds, std::move(what), std::move(why), ""};
}

Cure add_dns_rules(const std::set<dns::Name>& names, std::string why) {
  std::string rules = dns_rules(names);
  const Verdict verdict = rules.empty() ? Verdict::Fails : Verdict::Holds;
  return {CureKind::AddDnsRules, verdict, "let rules.dns name what the client asks for on its way", std::move(why),
          std::move(rules)};
}

ChaseFacts facts_of(const Finding& finding) {
  ChaseFacts facts{finding.client, finding.cause.chases};
  facts.address_ttl = finding.address_ttl;
  facts.alias_ttl = finding.alias_ttl;
  facts.addresses_known = true;
  facts.addresses_rotate = finding.remotes.packets.size() > 1;
  facts.aliases_alone = finding.client.kind == ClientKind::NginxResolver;
  facts.packets = finding.packets;
  facts.gone_if_a_first = finding.gone_if_a_first;
  return facts;
}

std::vector<Cure> cures_of_cname_only(const Finding& finding, const policy::PodPolicy* policy) {
  std::vector<Cure> cures = client_cures(facts_of(finding));
  const bool moves = finding.credited.size() > 1;
  Cure rule =
      select_names(finding, finding.to_select, policy, "with any client: allow every name in the chain",
                   "each address in this finding was credited to one of these names when its packet was dropped");
  if (rule.verdict == Verdict::Holds) {
    if (moves) {
      rule.verdict = Verdict::HoldsNow;
      rule.why = "the chain ended at " + std::to_string(finding.credited.size()) +
                 " different names during the trace: it holds until it leads to a new one";
    }
    if (finding.client.kind == ClientKind::KongLegacy || finding.client.kind == ClientKind::LuaRestyDnsClient)
      rule.why += "; it needs dns_stale_ttl=0 too, since a stale address is nobody's any longer";
    if (has_dns_rules(policy) && !names_without_dns_rule(finding.to_select, policy).empty())
      rule.why += "; rules.dns must name them too, it does not let all of them be asked for";
  }
  cures.push_back(std::move(rule));
  return cures;
}

Cure add_port(const Finding& finding) {
  const std::string rule = egress_rule({finding.cause.selector->matched}, finding.remotes);
  return {CureKind::AddPort, rule.empty() ? Verdict::Fails : Verdict::Holds,
          "let the port of these packets through for " + matched_name(finding) + place(finding),
          "the selector matches the name but not the port", rule};
}

// What hides answers from the tool hides how the pod learned the address.
Cure allow_address(const Finding& finding) {
  const std::string address = dns::to_string(finding.cause.address);
  if (has_doubt(finding, doubt::no_dns_seen))
    return advice("find out how the pod looks names up: no DNS of it was seen, so whether a name would let it reach " +
                      address + " is not known",
                  "it may use another port (--dns-port), DNS over TLS or HTTPS, or a resolver outside of the trace");
  if (!finding.doubts.empty())
    return advice("trace the pod for longer, from its start if possible: it may have learned " + address +
                  " without being seen");
  return advice(
      "if the pod is meant to reach " + address + ", select it by address (toCIDR), or let the pod learn it by a name",
      "no answer that the pod received held the address, so no policy by name can let it through");
}

Cure look_at_inbound() {
  return advice(
      "look at ingress policies and firewalls: the other side opened the connection, or the packet travels "
      "towards the pod",
      "names in an egress policy do not decide on such packets");
}

std::vector<Cure> cures_of_others(const Finding& finding, const policy::PodPolicy* policy) {
  const std::set<dns::Name> names(finding.names.begin(), finding.names.end());
  const std::string name = matched_name(finding);
  switch (finding.kind) {
    case CauseKind::Closing:
    case CauseKind::Host:
      return {};
    case CauseKind::Inbound:
      return {look_at_inbound()};
    case CauseKind::DeniedByRule:
      return {advice("if the pod is meant to reach " + dns::to_string(finding.cause.address) + ", narrow the denial" +
                         place(finding),
                     "a denial goes before everything that allows")};
    case CauseKind::AllowedByRule:
      return {
          advice("look for another policy, or for rules outside of policies: this policy is not the reason",
                 finding.cause.note.empty() ? "a rule lets the address through, port included" : finding.cause.note)};
    case CauseKind::NoDnsRule:
      return {
          Cure{CureKind::AddDnsRules, Verdict::Holds,
               "let look-ups pass through the DNS proxy: add rules.dns to the rule that lets them out" + place(finding),
               finding.cause.note, "rules:\n  dns:\n    - matchPattern: \"*\"\n"}};
    case CauseKind::DnsDropped:
      return {advice("let the pod reach its resolver: allow its port to " + dns::to_string(finding.cause.address),
                     "the dropped packets are DNS messages themselves")};
    case CauseKind::NotLearned:
      return {allow_address(finding)};
    case CauseKind::TooFresh:
      return {advice("raise tofqdns-proxy-response-max-delay, so that answers wait until the policy is ready",
                     has_doubt(finding, doubt::retry_awaited)
                         ? "a drop this soon after the answer counts as a race; whether a retry passed is not known yet"
                         : "a drop this soon after the answer counts as a race; no retry was dropped")};
    case CauseKind::OverLimit:
      return {advice("raise tofqdns-endpoint-max-ip-per-hostname", finding.cause.note)};
    case CauseKind::PortMismatch:
      return {add_port(finding)};
    case CauseKind::SearchSuffix:
      return {advice("turn off autopath in CoreDNS, or ask for " + name + " with its final dot", finding.cause.note),
              select_names(finding, names, policy, "or select the names with their search domain", finding.cause.note)};
    case CauseKind::SelectsTarget:
      return {select_names(finding, names, policy, "select the alias that the pod asks for, not what it leads to",
                           finding.cause.note)};
    case CauseKind::NearMiss:
      return {select_names(finding, names, policy, "select the name itself", finding.cause.note)};
    case CauseKind::NameMismatch:
      return {select_names(finding, names, policy, "if the pod is meant to reach them, select the names",
                           "the address was credited to them, and no selector matches them")};
    case CauseKind::Expired:
      return {
          advice("let the client ask again when the TTL is over, or raise tofqdns-min-ttl",
                 "the packets used an address whose last answer had run out: a JVM keeps addresses for 30 s "
                 "(networkaddress.cache.ttl), Kong uses stale ones (resolver_stale_ttl, dns_stale_ttl), nginx is up "
                 "to a second late")};
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

std::vector<Cure> find_cures(const Finding& finding, const policy::PodPolicy* policy) {
  if (has_doubt(finding, doubt::opener_unknown)) return {};
  return finding.kind == CauseKind::CnameOnly ? cures_of_cname_only(finding, policy) : cures_of_others(finding, policy);
}

std::vector<Cure> find_cures(const DnsFinding& finding, const policy::PodPolicy* policy) {
  switch (finding.trouble) {
    case DnsTrouble::Refused: {
      std::set<dns::Name> names(finding.names.begin(), finding.names.end());
      for (const events::Chase& chase : finding.chases)
        for (const events::AliasStep& step : chase.chain) names.insert(step.target);
      std::vector<Cure> cures;
      if (!finding.chases.empty()) {
        ChaseFacts facts{finding.client, finding.chases};
        for (const events::Chase& chase : finding.chases)
          if (!chase.chain.empty()) facts.alias_ttl = std::max(facts.alias_ttl, chase.chain.front().ttl);
        cures = client_cures(facts);
      }
      const bool several = names.size() > 1;
      cures.push_back(add_dns_rules(has_dns_rules(policy) ? names_without_dns_rule(names, policy) : names,
                                    several ? "the look-up was refused on its way: all of these must be named, and "
                                              "toFQDNs must select them as well"
                                            : "the look-up was refused"));
      return cures;
    }
    case DnsTrouble::AliasOnly:
      return {advice("use a resolver that resolves aliases to the end",
                     "the answer had aliases and no address, and the client did not ask for what they lead to")};
    case DnsTrouble::Truncated:
      return {};
    case DnsTrouble::Unanswered:
      return {advice("look at the resolver " + dns::to_string(finding.resolver.address) +
                         ": does it run, and does it listen on that port?",
                     "no answer came to these questions")};
  }
  return {};
}

std::string dns_rule_note(const DnsFinding& finding, const policy::PodPolicy* policy) {
  if (!has_dns_rules(policy)) return "";
  if (const policy::Selector* rule = find_dns_rule(policy, finding.question.name))
    return "the DNS rule " + rule->text + " (" + policy::to_string(rule->source) + ") lets it be asked for";
  return "no DNS rule of the policy lets it be asked for";
}

}  // namespace cnamedrop::explain
