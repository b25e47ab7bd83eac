// SPDX-License-Identifier: Apache-2.0
// Of several credits or rows of one pair the one that lives longest stands for all.
#include "fqdn/evidence.h"

#include <algorithm>
#include <string>

namespace cnamedrop::fqdn {
namespace {

// The proxy may hold an answer back while the policy is made ready, and wall clocks are set.
constexpr Duration same_answer_within = std::chrono::seconds(2);

void keep_longest(std::map<Pair, TraceCredit>& kept, const Pair& pair, const TraceCredit& credit) {
  const auto [entry, is_new] = kept.emplace(pair, credit);
  if (!is_new && entry->second.credit->expires < credit.credit->expires) entry->second = credit;
}

// A look-up outlives every connection: those are kept only once their look-up is gone.
bool lives_longer(const Lookup& a, const Lookup& b) {
  const bool by_lookup = a.source == from_lookup;
  if (by_lookup != (b.source == from_lookup)) return by_lookup;
  return a.expires > b.expires;
}

}  // namespace

CiliumList choose_endpoint(std::vector<Lookup> lookups, std::optional<std::uint64_t> endpoint) {
  CiliumList list;
  list.endpoint = endpoint;
  for (Lookup& lookup : lookups) {
    const std::uint64_t id = lookup.endpoint_id.value_or(0);
    list.endpoints.insert(id);
    if (lookup.looked_up) list.newest = std::max(list.newest.value_or(*lookup.looked_up), *lookup.looked_up);
    if (endpoint && id != *endpoint) continue;
    if (lookup.looked_up && lookup.source == from_lookup)
      list.oldest = std::min(list.oldest.value_or(*lookup.looked_up), *lookup.looked_up);
    list.lookups.push_back(std::move(lookup));
  }
  return list;
}

bool same_lookup(const TraceCredit& credit, const Lookup& row) {
  if (!row.looked_up) return true;
  const Time traced = credit.credit->learned;
  return elapsed(std::min(traced, *row.looked_up), std::max(traced, *row.looked_up)) <= same_answer_within;
}

Evidence::Evidence(const TraceCache& trace_side, const CiliumList& cilium_side)
    : trace(trace_side), cilium(cilium_side) {
  sort_trace();
  sort_cilium();
  judge_min_ttl();
}

void Evidence::sort_trace() {
  std::set<std::string> chosen_pods;
  for (const TraceCredit& credit : trace.credits()) {
    const Pair pair(credit.credit->name, credit.address);
    const bool chosen = trace.chosen(*credit.pod_key);
    if (chosen) {
      chosen_pods.insert(*credit.pod_key);
      keep_longest(trace.live(credit) ? live : expired, pair, credit);
    } else if (trace.live(credit)) {
      keep_longest(elsewhere, pair, credit);
    }
  }
  pods = chosen_pods.size();
  for (const auto& [pair, credit] : live) ++live_addresses[pair.first];
}

void Evidence::sort_cilium() {
  for (const Lookup& lookup : cilium.lookups) {
    for (const dns::IpAddress& ip : lookup.ips) {
      const auto [entry, is_new] = listed.emplace(Pair(lookup.fqdn, ip), &lookup);
      if (!is_new && lives_longer(lookup, *entry->second)) entry->second = &lookup;
    }
  }
  for (const auto& [pair, row] : listed) ++listed_addresses[pair.first];
}

void Evidence::judge_min_ttl() {
  std::set<std::uint64_t> raised_to;
  std::uint64_t smallest = ~std::uint64_t{0};
  for (const auto& [pair, row] : listed) {
    if (row->source != from_lookup || !row->looked_up) continue;
    const auto& side = live.contains(pair) ? live : expired;
    const auto known = side.find(pair);
    if (known == side.end() || !same_lookup(known->second, *row)) continue;
    const std::uint32_t own_ttl = known->second.credit->ttl;
    const auto min_ttl = static_cast<std::uint64_t>(trace.options().join.min_ttl.count());
    if (own_ttl < min_ttl && row->ttl == min_ttl) min_ttl_confirmed = true;
    smallest = std::min(smallest, row->ttl);
    if (row->ttl > to_lookup(trace, known->second).ttl) raised_to.insert(row->ttl);
  }
  if (raised_to.size() == 1 && *raised_to.begin() == smallest) likely_min_ttl = smallest;
}

}  // namespace cnamedrop::fqdn
