// SPDX-License-Identifier: Apache-2.0
// The first drop of a finding is its evidence; of the others only what may differ is added.
#include "explain/findings.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "join/cause.h"
#include "types/hash.h"

namespace cnamedrop::explain {
namespace {

constexpr std::size_t max_names = 64;

// Longer than the longest pause between two SYNs of one connection (tcp(7): six retries, 1 to 64 s apart).
constexpr Duration connection_silence = std::chrono::seconds(130);

void insert_bounded(std::set<dns::Name>& names, const dns::Name& name) {
  if (names.size() < max_names) names.insert(name);
}

std::vector<dns::Name> names_behind(const events::Cause& cause) {
  std::set<dns::Name> names;
  if (cause.kind == events::CauseKind::CnameOnly)
    for (const events::Chase& chase : cause.chases)
      if (chase.origin_allowed.value_or(true)) names.insert(chase.origin);
  if (names.empty() && cause.question) names.insert(cause.question->name);
  const bool any_live =
      std::any_of(cause.credits.begin(), cause.credits.end(), [](const events::Credit& credit) { return credit.live; });
  if (names.empty())
    for (const events::Credit& credit : cause.credits)
      if (credit.live || !any_live) names.insert(credit.name);
  return {names.begin(), names.end()};
}

// What no policy dropped is told apart by why the kernel dropped it.
std::string key_of(const std::string& pod, const events::Dropped& drop, events::CauseKind kind,
                   const std::vector<dns::Name>& names) {
  std::string key = pod + '\n' + std::string(events::to_string(kind));
  if (kind == events::CauseKind::Host) key += '\n' + drop.reason;
  for (const dns::Name& name : names) key += '\n' + name;
  return key;
}

void add_chase(Finding& finding, const events::Chase& chase, const events::Cause& cause) {
  for (const events::AliasStep& step : chase.chain) insert_bounded(finding.to_select, step.target);
  if (!chase.origin_allowed.value_or(false)) insert_bounded(finding.to_select, chase.origin);
  if (!chase.chain.empty()) finding.alias_ttl = std::max(finding.alias_ttl, chase.chain.front().ttl);
  for (const events::Credit& credit : cause.credits) {
    if (credit.name != chase.credited) continue;
    const bool shorter = finding.address_ttl == 0 || credit.ttl < finding.address_ttl;
    if (shorter) finding.address_ttl = credit.ttl;
  }
}

void add_cause(Finding& finding, const events::Cause& cause) {
  finding.doubts.insert(cause.doubts.begin(), cause.doubts.end());
  for (const events::Credit& credit : cause.credits)
    if (credit.live) insert_bounded(finding.credited, credit.name);
  for (const events::Chase& chase : cause.chases) add_chase(finding, chase, cause);
}

}  // namespace

std::size_t Findings::ConnectionKeyHash::operator()(const ConnectionKey& key) const noexcept {
  const std::size_t endpoint = mix_hash(dns::IpAddressHash{}(key.local.address), key.local.port);
  return mix_hash(std::hash<std::string>{}(key.finding), endpoint);
}

bool Findings::is_new_connection(const std::string& finding, const events::Dropped& drop, Time time) {
  if (!events::is_syn(drop) || drop.direction != events::Direction::Egress) return false;
  const ConnectionKey key{finding, drop.local};
  const Time* last = connections_.find(key);
  const bool is_new = last == nullptr || elapsed(*last, time) > connection_silence;
  connections_.use(key) = time;
  return is_new;
}

void Findings::add(const std::string& pod, const events::Event& event, bool gone_if_a_first) {
  const auto& drop = std::get<events::Dropped>(event.observation.what);
  const events::Cause& cause = *event.cause;
  const Time time = event.observation.time;
  std::vector<dns::Name> names = names_behind(cause);
  const std::string key = key_of(pod, drop, cause.kind, names);
  Finding& finding = findings_.use(key);
  if (finding.packets == 0) {
    finding.node_name = events::node_name(event.observation);
    finding.pod = event.observation.pod;
    finding.cgroup_id = drop.cgroup_id;
    finding.pod_key = pod;
    finding.kind = cause.kind;
    finding.names = std::move(names);
    finding.cause = cause;
    finding.first = time;
  }
  finding.packets += drop.count;
  finding.last = time;
  if (gone_if_a_first) finding.gone_if_a_first += drop.count;
  if (is_new_connection(key, drop, time)) ++finding.connections;
  finding.places.add({drop.direction, drop.reason, drop.symbol, drop.interface}, drop.count);
  finding.remotes.add({drop.protocol, join::addressed_remote(drop)}, drop.count);
  add_cause(finding, cause);
}

std::vector<Finding> Findings::take() {
  std::vector<Finding> all;
  for (const auto& [key, finding] : findings_) all.push_back(finding);
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
    return a.packets != b.packets ? a.packets > b.packets : a.first < b.first;
  });
  return all;
}

}  // namespace cnamedrop::explain
