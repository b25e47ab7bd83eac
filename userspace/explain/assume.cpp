// SPDX-License-Identifier: Apache-2.0
// The client keeps an address for its TTL and the aliases of the same answer for theirs. While the address lives it
// asks nothing; when only the aliases live it asks for the last of them alone; else it asks for the name anew.
#include "explain/assume.h"

#include <algorithm>
#include <utility>

#include "dns/answer.h"

namespace cnamedrop::explain {
namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

// The shortest TTL of the addresses; nothing without any.
std::optional<std::uint32_t> address_ttl_of(const dns::Message& answer) {
  std::optional<std::uint32_t> ttl;
  for (const dns::Record& record : answer.answers) {
    if (dns::is_address(record)) ttl = std::min(ttl.value_or(record.ttl), record.ttl);
  }
  return ttl;
}

const events::Credit* credit_of(const events::Cause& cause, const dns::Name& name) {
  const auto found = std::find_if(cause.credits.begin(), cause.credits.end(),
                                  [&](const events::Credit& credit) { return credit.name == name; });
  return found == cause.credits.end() ? nullptr : &*found;
}

}  // namespace

Result<AssumedOrder> parse_order(std::string_view text) {
  constexpr std::string_view known[] = {"LAST", "SRV", "A", "AAAA", "CNAME"};
  AssumedOrder order{std::string(text), false};
  std::string_view first;
  for (const std::string_view type : split(text)) {
    if (std::find(std::begin(known), std::end(known), type) == std::end(known))
      return Error{"an order is made of A, AAAA, CNAME, SRV and LAST, with commas between them"};
    if (type == "CNAME") order.follows_aliases = true;
    if (first.empty() && type != "SRV") first = type;
  }
  if (first != "A" && first != "AAAA")
    return Error{
        "an order that begins with CNAME, or with LAST, which becomes CNAME, is what was recorded: begin with A"};
  return order;
}

const AssumedClient::Cache& AssumedClient::resolve(std::string_view pod, const dns::Name& name, Time time,
                                                   const std::vector<events::AliasStep>& chain,
                                                   std::uint32_t address_ttl) {
  Cache& cache = caches_.use(std::string(pod) + '\n' + name);
  if (time <= cache.resolved) return cache;  // an address of the same look-up
  cache.resolved = time;
  cache.fate = Fate::Gone;
  if (time < cache.address_expires) return cache;
  const bool alias_lives = !cache.chain.empty() && time < later(cache.chain.front().seen, cache.chain.front().ttl);
  if (order_.follows_aliases && alias_lives) {
    cache.fate = Fate::Cached;
    return cache;
  }
  cache.chain = chain;
  for (events::AliasStep& step : cache.chain) {
    step.seen = time;
    step.by_cname_question = false;
  }
  cache.address_expires = later(time, address_ttl);
  return cache;
}

void AssumedClient::take_answer(std::string_view pod, const dns::Message& answer, Time time) {
  if (answer.rcode != dns::rcode::NOERROR || answer.questions.empty()) return;
  const std::uint16_t type = answer.questions.front().type;
  if (type != dns::type::A && type != dns::type::AAAA) return;
  const std::optional<std::uint32_t> ttl = address_ttl_of(answer);
  const std::vector<events::AliasStep> chain = events::chain_of(answer, time);
  if (ttl && !chain.empty()) resolve(pod, answer.questions.front().name, time, chain, *ttl);
}

Outcome AssumedClient::judge(std::string_view pod, const events::Cause& cause) {
  Outcome outcome;
  if (cause.kind != events::CauseKind::CnameOnly) return outcome;
  for (const events::Chase& chase : cause.chases) {
    const events::Credit* credit = credit_of(cause, chase.credited);
    if (credit == nullptr || !chase.origin_allowed.value_or(true)) continue;
    const Cache& cache = resolve(pod, chase.origin, credit->learned, chase.chain, credit->ttl);
    if (cache.fate == Fate::Gone) return {Fate::Gone, {}};
    outcome = {Fate::Cached, cache.chain};
  }
  return outcome;
}

}  // namespace cnamedrop::explain
