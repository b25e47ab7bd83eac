// SPDX-License-Identifier: Apache-2.0
// A client is cured when it asks for the origin, and that helps only where the policy selects the origin.
#include "explain/client_cures.h"

#include <algorithm>

namespace cnamedrop::explain {
namespace {

// lua-resty-dns-client keeps "nothing under that owner" for dns_not_found_ttl, and takes an answer whose address stands
// under the end of a chain for that.
constexpr std::uint32_t kong_not_found_ttl = 30;

bool origin_is_denied(const ChaseFacts& facts) {
  return std::all_of(facts.chases.begin(), facts.chases.end(),
                     [](const events::Chase& chase) { return !chase.origin_allowed.value_or(true); });
}

std::string origin_of(const ChaseFacts& facts) { return std::string(dns::short_name(facts.chases.front().origin)); }

std::string seconds(std::uint32_t ttl) { return std::to_string(ttl) + " s"; }

bool address_was_learned_directly(const ChaseFacts& facts) {
  return std::any_of(facts.chases.begin(), facts.chases.end(),
                     [](const events::Chase& chase) { return chase.last_direct_credit.has_value(); });
}

// The client asks for the origin's addresses and nothing else.
void judge_direct_lookup(const ChaseFacts& facts, Cure& cure) {
  if (origin_is_denied(facts)) {
    cure.verdict = Verdict::Fails;
    cure.patch.clear();
    cure.why = "the policy does not select " + origin_of(facts) + " either";
  } else if (facts.aliases_alone) {
    cure.verdict = Verdict::Fails;
    cure.patch.clear();
    cure.why = "the resolver answers for " + origin_of(facts) + " with aliases alone: the client would get no address";
  } else if (address_was_learned_directly(facts)) {
    cure.why = "the trace holds an answer for " + origin_of(facts) +
               " itself with this address: looking up that name would be credited to it";
  } else {
    cure.why = "an address question for " + origin_of(facts) + " would be credited to that name; the trace holds none";
  }
}

Cure kong_new_client(const ChaseFacts& facts) {
  Cure cure{
      CureKind::KongNewClient, Verdict::Holds,
      "in Kong 3.8 or later, switch to the new DNS client, which never asks CNAME questions, and turn off its stale "
      "answers: with the default the first packet after each TTL uses an address that the policy has forgotten",
      "", "KONG_NEW_DNS_CLIENT=on\nKONG_RESOLVER_STALE_TTL=0\n"};
  judge_direct_lookup(facts, cure);
  return cure;
}

// Asks for the address first, and yet follows aliases from its cache.
Cure kong_dns_order(const ChaseFacts& facts) {
  Cure cure{CureKind::KongDnsOrder, Verdict::HoldsNow, "configure Kong to query address records first", "",
            "KONG_DNS_ORDER=A,CNAME,LAST,SRV\nKONG_DNS_STALE_TTL=0\n"};
  const std::uint64_t stay = facts.packets - facts.gone_if_a_first;
  const auto fails = [&](std::string why) {
    cure.verdict = Verdict::Fails;
    cure.patch.clear();
    cure.why = std::move(why);
    if (stay > 0 && facts.packets > 0)
      cure.why += "; " + std::to_string(stay) + " of " + std::to_string(facts.packets) +
                  " packets would have been dropped all the same";
  };
  if (origin_is_denied(facts))
    judge_direct_lookup(facts, cure);
  else if (!facts.addresses_known)
    fails("the trace does not show how long the address lives");
  else if (facts.address_ttl < facts.alias_ttl)
    fails("the address has a TTL of " + seconds(facts.address_ttl) + ", the alias of " + origin_of(facts) + " one of " +
          seconds(facts.alias_ttl) +
          ": once the address has run out the client asks for the alias' target alone (cached)");
  else if (facts.address_ttl < kong_not_found_ttl)
    fails("the address has a TTL of " + seconds(facts.address_ttl) + ": the client remembers for dns_not_found_ttl (" +
          seconds(kong_not_found_ttl) + ") that it found no address under " + origin_of(facts) +
          ", and asks CNAME questions again in the meantime");
  else if (facts.addresses_rotate)
    fails("the addresses of the name change: an old one that is used once more is not the name's any longer");
  else
    cure.why = "it holds only while the address (TTL " + seconds(facts.address_ttl) + ") lives as long as the alias (" +
               seconds(facts.alias_ttl) + ") and " + seconds(kong_not_found_ttl) + ", and the addresses do not rotate";
  return cure;
}

Cure apisix_upstream(const ChaseFacts& facts) {
  Cure cure{CureKind::ApisixUpstream, Verdict::Holds,
            "in APISIX, give the upstream as an address, or leave its name to the resolver of nginx", "", ""};
  judge_direct_lookup(facts, cure);
  return cure;
}

Cure netty_cache(const ChaseFacts& facts) {
  Cure cure{CureKind::NettyCache, Verdict::Holds,
            "in the Java gateway, let DnsNameResolverBuilder keep no aliases (cnameCache(NoopDnsCnameCache.INSTANCE)), "
            "or none for longer than the address (ttl(0, TTL of the address))",
            "", ""};
  judge_direct_lookup(facts, cure);
  return cure;
}

Cure nginx_names(const ChaseFacts& facts) {
  return {CureKind::NginxNames, origin_is_denied(facts) ? Verdict::Fails : Verdict::HoldsNow,
          "use a resolver that resolves aliases to the end: nginx asks for the target itself whenever an answer for " +
              origin_of(facts) + " holds aliases alone",
          "the trace holds such an answer; selecting the target as well asks nothing of the resolver", ""};
}

Cure resolver_cache(const ChaseFacts& facts) {
  const std::string ttl = facts.addresses_known ? std::to_string(facts.address_ttl) : "TTL of the address";
  Cure cure{CureKind::ResolverCache, Verdict::Holds,
            "let the resolver in the pod keep aliases no longer than addresses: in unbound cache-max-ttl, in dnsmasq "
            "no min-cache-ttl",
            "", facts.addresses_known ? "server:\n  cache-max-ttl: " + ttl + "\n" : ""};
  judge_direct_lookup(facts, cure);
  return cure;
}

Cure application_lookup(const ChaseFacts& facts) {
  Cure cure{CureKind::ApplicationLookup, Verdict::Holds,
            "let the application ask for the address of " + origin_of(facts) + " instead of walking its aliases", "",
            ""};
  judge_direct_lookup(facts, cure);
  return cure;
}

}  // namespace

std::vector<Cure> client_cures(const ChaseFacts& facts) {
  std::vector<Cure> cures;
  switch (facts.client.kind) {
    case ClientKind::KongLegacy:
      cures = {kong_new_client(facts)};
      break;
    case ClientKind::Apisix:
      return {apisix_upstream(facts)};
    case ClientKind::NettyDnsResolver:
      return {netty_cache(facts)};
    case ClientKind::NginxResolver:
      return {nginx_names(facts)};
    case ClientKind::ResolverInPod:
      return {resolver_cache(facts)};
    case ClientKind::Application:
      return {application_lookup(facts)};
    case ClientKind::LuaRestyDnsClient:
    case ClientKind::Unknown:
      return {};
  }
  if (!facts.client.addresses_first) cures.push_back(kong_dns_order(facts));
  return cures;
}

}  // namespace cnamedrop::explain
