// SPDX-License-Identifier: Apache-2.0
// Walks over all pairs of both sides in the order of their names.
#include "fqdn/comparison.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "fqdn/why.h"
#include "join/cause.h"

namespace cnamedrop::fqdn {
namespace {

// Rounding to milliseconds, and the moment by which Cilium's proxy is ahead, are no difference.
constexpr Duration same_expiry_within = std::chrono::seconds(2);

using Differences =
    std::map<std::tuple<dns::Name, DifferenceKind, std::string, std::string, std::optional<Time>, const Lookup*>,
             Difference>;

// credit, row: null on the side that lacks the pair.
void add(Differences& differences, DifferenceKind kind, const Pair& pair, const std::optional<Lookup>& traced,
         const Lookup* row, std::string why) {
  const std::string pod = traced ? traced->pod : "";
  const std::optional<Time> looked_up = traced ? traced->looked_up : std::nullopt;
  Difference& difference = differences[{pair.first, kind, why, pod, looked_up, row}];
  difference.ips.push_back(pair.second);
  if (difference.ips.size() > 1) return;
  difference.kind = kind;
  difference.fqdn = pair.first;
  difference.trace = traced;
  if (row != nullptr) difference.cilium = *row;
  difference.why = std::move(why);
}

std::optional<Lookup> without_ips(Lookup lookup) {
  lookup.ips.clear();
  return lookup;
}

bool same_expiry(const Lookup& traced, const Lookup& row) {
  if (!row.expires) return false;
  const auto [first, last] = std::minmax(*traced.expires, *row.expires);
  return elapsed(first, last) <= same_expiry_within;
}

// How a pair that both sides have differs, and why; nothing if it does not.
std::optional<std::pair<DifferenceKind, std::string>> differ(const Evidence& evidence, const TraceCredit& credit,
                                                             const Lookup& row) {
  const Lookup traced = to_lookup(evidence.trace, credit);
  if (row.source == from_connection) return {{DifferenceKind::Connection, why_connection(evidence.trace, credit)}};
  if (!same_lookup(credit, row)) return {{DifferenceKind::OtherLookup, why_other_lookup(evidence, credit, row)}};
  if (row.ttl != traced.ttl) return {{DifferenceKind::OtherTtl, why_other_ttl(evidence, credit, row)}};
  if (!same_expiry(traced, row)) return {{DifferenceKind::OtherExpiry, why_other_expiry(row)}};
  return std::nullopt;
}

void compare_traced(const Evidence& evidence, Differences& differences, std::uint64_t& same) {
  for (const auto& [pair, credit] : evidence.live) {
    const std::optional<Lookup> traced = without_ips(to_lookup(evidence.trace, credit));
    const auto row = evidence.listed.find(pair);
    if (row == evidence.listed.end()) {
      const bool name_known = evidence.listed_addresses.contains(pair.first);
      add(differences, name_known ? DifferenceKind::OtherAddresses : DifferenceKind::OnlyInTrace, pair, traced, nullptr,
          why_only_in_trace(evidence, credit));
    } else if (auto difference = differ(evidence, credit, *row->second)) {
      add(differences, difference->first, pair, traced, row->second, std::move(difference->second));
    } else {
      ++same;
    }
  }
}

void compare_listed(const Evidence& evidence, Differences& differences) {
  for (const auto& [pair, row] : evidence.listed) {
    if (evidence.live.contains(pair)) continue;
    const bool name_known = evidence.live_addresses.contains(pair.first);
    add(differences, name_known ? DifferenceKind::OtherAddresses : DifferenceKind::OnlyInCilium, pair, std::nullopt,
        row, why_only_in_cilium(evidence, pair, *row));
  }
}

// The origins from which a pod chased an address, if neither side has it under any of them.
std::vector<dns::Name> unlisted_origins(const Evidence& evidence, const join::PodState& pod,
                                        const dns::IpAddress& address, const std::vector<join::CreditEntry>& credits,
                                        Time at) {
  std::vector<join::ChasedCredit> live;
  for (const join::CreditEntry& entry : credits)
    if (entry.live(at)) live.push_back(join::chased(pod, entry));
  std::vector<dns::Name> origins;
  for (const events::Chase& chase : join::chases_of_all(live, credits)) {
    if (evidence.listed.contains({chase.origin, address})) return {};
    if (std::find(origins.begin(), origins.end(), chase.origin) == origins.end()) origins.push_back(chase.origin);
  }
  return origins;
}

std::vector<TargetOnly> find_targets_only(const Evidence& evidence) {
  std::map<std::tuple<std::string, dns::Name, std::vector<dns::Name>>, TargetOnly> found;
  for (const auto& [key, pod] : evidence.trace.join().pods()) {
    if (!evidence.trace.chosen(key)) continue;
    for (const auto& [address, entries] : pod.credits) {
      const Time at = evidence.trace.at();
      const std::vector<dns::Name> origins = unlisted_origins(evidence, pod, address, entries, at);
      if (origins.empty()) continue;
      for (const join::CreditEntry& entry : entries) {
        if (!entry.live(at) || !evidence.listed.contains({entry.name, address})) continue;
        TargetOnly& target = found[{key, entry.name, origins}];
        target.pod = evidence.trace.pod_text(key);
        target.fqdn = entry.name;
        target.origins = origins;
        target.ips.push_back(address);
      }
    }
  }
  std::vector<TargetOnly> targets;
  for (auto& [key, target] : found) {
    std::sort(target.ips.begin(), target.ips.end());
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace

std::string_view to_string(DifferenceKind kind) {
  constexpr std::array<std::string_view, 7> names = {"only_in_trace", "only_in_cilium", "other_addresses", "connection",
                                                     "other_lookup",  "other_ttl",      "other_expiry"};
  return names[static_cast<std::size_t>(kind)];
}

Comparison compare(const TraceCache& trace, CiliumList cilium) {
  Comparison comparison;
  comparison.begin = trace.begin();
  comparison.at = trace.at();
  comparison.cilium = std::move(cilium);
  const Evidence evidence(trace, comparison.cilium);
  Differences differences;
  compare_traced(evidence, differences, comparison.same);
  compare_listed(evidence, differences);
  for (auto& [key, difference] : differences) comparison.differences.push_back(std::move(difference));
  comparison.targets_only = find_targets_only(evidence);
  return comparison;
}

}  // namespace cnamedrop::fqdn
