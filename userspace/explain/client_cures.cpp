// SPDX-License-Identifier: Apache-2.0
// A client is cured when it asks for the origin, and that helps only where the policy selects the origin.
#include "explain/client_cures.h"

#include <algorithm>

namespace cnamedrop::explain {
namespace {

bool origin_is_denied(const Finding& finding) {
  return std::all_of(finding.cause.chases.begin(), finding.cause.chases.end(),
                     [](const events::Chase& chase) { return !chase.origin_allowed.value_or(true); });
}

std::string origin_of(const Finding& finding) {
  return finding.names.empty() ? "the name" : std::string(dns::short_name(finding.names.front()));
}

std::string seconds(std::uint32_t ttl) { return std::to_string(ttl) + " s"; }

bool address_was_learned_directly(const Finding& finding) {
  return std::any_of(finding.cause.chases.begin(), finding.cause.chases.end(),
                     [](const events::Chase& chase) { return chase.last_direct_credit.has_value(); });
}

// The client asks for the origin's addresses and nothing else.
void judge_direct_lookup(const Finding& finding, Cure& cure) {
  if (origin_is_denied(finding)) {
    cure.verdict = Verdict::Fails;
    cure.why = "the policy does not select " + origin_of(finding) + " either";
  } else if (address_was_learned_directly(finding)) {
    cure.why = "the trace holds an answer for " + origin_of(finding) +
               " itself with this address: such a question is credited to the selected name";
  } else {
    cure.why =
        "an address question for " + origin_of(finding) + " would be credited to that name; the trace holds none";
  }
}

Cure kong_new_client(const Finding& finding) {
  Cure cure{CureKind::KongNewClient, Verdict::Holds,
            "in Kong 3.8 or later, switch to the new DNS client, which never asks CNAME questions", "",
            "KONG_NEW_DNS_CLIENT=on\n"};
  judge_direct_lookup(finding, cure);
  return cure;
}

// Asks for the address first, and yet follows aliases from its cache.
Cure kong_dns_order(const Finding& finding) {
  Cure cure{CureKind::KongDnsOrder, Verdict::HoldsNow, "set Kong's order of questions to addresses first", "",
            "KONG_DNS_ORDER=A,CNAME,LAST,SRV\n"};
  const std::string lives = "the address has a TTL of " + seconds(finding.address_ttl) + ", the alias of " +
                            origin_of(finding) + " one of " + seconds(finding.alias_ttl);
  const std::uint64_t stay = finding.packets - finding.gone_if_a_first;
  if (origin_is_denied(finding)) {
    judge_direct_lookup(finding, cure);
  } else if (stay > 0 || finding.address_ttl < finding.alias_ttl) {
    cure.verdict = Verdict::Fails;
    cure.patch.clear();
    cure.why = lives + ": once the address has run out the client follows the alias from its cache and asks for the " +
               "target alone (cached); " + std::to_string(stay) + " of " + std::to_string(finding.packets) +
               " packets would have been dropped all the same";
  } else {
    cure.why = lives + ": it holds only while the address lives as long as the alias, and the addresses do not rotate";
  }
  return cure;
}

Cure apisix_upstream(const Finding& finding) {
  Cure cure{CureKind::ApisixUpstream, Verdict::Holds,
            "in APISIX, give the upstream as an address, or leave its name to the resolver of nginx", "", ""};
  judge_direct_lookup(finding, cure);
  return cure;
}

Cure netty_cache(const Finding& finding) {
  Cure cure{CureKind::NettyCache, Verdict::Holds,
            "in a Java gateway on Netty, let the CNAME cache of DnsNameResolverBuilder live no longer than the address "
            "records, or keep none (cnameCache(NoopDnsCnameCache.INSTANCE))",
            "", ""};
  judge_direct_lookup(finding, cure);
  cure.why += "; that it is Netty is a guess from the pattern alone";
  return cure;
}

Cure nginx_names(const Finding& finding) {
  return {CureKind::NginxNames, origin_is_denied(finding) ? Verdict::Fails : Verdict::HoldsNow,
          "let the resolver that nginx asks resolve aliases to the end: nginx asks for the target itself whenever an "
          "answer for " +
              origin_of(finding) + " holds an alias alone",
          "the trace holds such an answer; selecting the target as well needs nothing of the resolver", ""};
}

}  // namespace

std::vector<Cure> client_cures(const Finding& finding) {
  switch (finding.client.kind) {
    case ClientKind::KongLegacy:
      return {kong_new_client(finding), kong_dns_order(finding)};
    case ClientKind::Apisix:
      return {apisix_upstream(finding)};
    case ClientKind::LuaRestyDnsClient:
      return {kong_new_client(finding), apisix_upstream(finding), kong_dns_order(finding)};
    case ClientKind::NettyDnsResolver:
      return {netty_cache(finding)};
    case ClientKind::NginxResolver:
      return {nginx_names(finding)};
    case ClientKind::Unknown:
      break;
  }
  return {};
}

}  // namespace cnamedrop::explain
