// SPDX-License-Identifier: Apache-2.0
// Each explanation is the first of its list that holds; what is certain comes before what may be.
#include "fqdn/why.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "output/short_text.h"

namespace cnamedrop::fqdn {
namespace {

using output::time_text;

// What the answer itself allowed, before --min-ttl and --grace.
Time own_expiry(const join::CreditEntry& entry) { return later(entry.learned, entry.ttl); }

std::string likely_min_ttl_text(std::uint64_t ttl) {
  return fmt::format(
      "every shorter TTL that both saw stands as {} in Cilium: its tofqdns-min-ttl may be {}, then --min-ttl {} shows "
      "the same",
      ttl, ttl, ttl);
}

std::optional<std::string> credited_by_options_alone(const Evidence& evidence, const TraceCredit& credit) {
  const join::CreditEntry& entry = *credit.credit;
  const Time at = evidence.trace.at();
  if (!entry.chain->empty() && entry.chain->front().owner != entry.name)
    return fmt::format("--credit chain puts it under this name too; Cilium puts it under {} alone, the name asked for",
                       entry.chain->front().owner);
  const bool raised_by_both = evidence.min_ttl_confirmed && *to_lookup(evidence.trace, credit).expires > at;
  if (own_expiry(entry) <= at && !raised_by_both)
    return fmt::format(
        "by its own TTL of {} s it expired at {}; only --min-ttl or --grace keeps it in the trace's table", entry.ttl,
        time_text(own_expiry(entry)));
  return std::nullopt;
}

// How the answer came to the pod may have kept it from Cilium's DNS proxy.
std::optional<std::string> why_not_through_proxy(const AnswerWay* way) {
  if (way == nullptr) return std::nullopt;
  const std::string resolver = output::endpoint_text(way->resolver);
  const bool tcp = way->protocol == events::protocol::TCP;
  if (tcp || way->resolver.port != 53)
    return fmt::format("the answer came from {}{}: the port of the policy's rules.dns may not cover that", resolver,
                       tcp ? " over TCP" : "");
  return std::nullopt;
}

std::string list_text(const CiliumList& list) {
  return list.endpoint ? fmt::format("Cilium's list of endpoint {}", *list.endpoint) : "Cilium's list";
}

std::optional<std::string> why_not_seen_by_cilium(const Evidence& evidence, const join::CreditEntry& entry) {
  const CiliumList& list = evidence.cilium;
  const std::size_t limit = evidence.trace.options().join.max_ips_per_name;
  const std::size_t addresses = evidence.live_addresses.at(entry.name);
  if (addresses > limit)
    return fmt::format("the name has {} live addresses in the trace, and Cilium may keep no more than {} of them",
                       addresses, limit);
  if (list.newest && entry.learned > *list.newest)
    return fmt::format("looked up at {}; the newest look-up of the list is of {}, it may have been taken before",
                       time_text(entry.learned), time_text(*list.newest));
  if (list.oldest && entry.learned < *list.oldest)
    return fmt::format(
        "looked up at {}, before the oldest look-up of {}, {}: the agent may have started, or a policy with rules.dns "
        "may have been applied, only then",
        time_text(entry.learned), list_text(list), time_text(*list.oldest));
  return std::nullopt;
}

std::optional<std::string> why_outside_the_trace(const TraceCache& trace, Time looked_up) {
  if (looked_up < trace.begin())
    return fmt::format("looked up at {}, before the trace began at {}", time_text(looked_up), time_text(trace.begin()));
  if (looked_up > trace.at())
    return fmt::format("looked up at {}, later than what the trace's table shows, {}", time_text(looked_up),
                       time_text(trace.at()));
  return std::nullopt;
}

// Of one answer that both saw.
std::string why_expired(const Evidence& evidence, const TraceCredit& credit, const Lookup& row) {
  const Lookup traced = to_lookup(evidence.trace, credit);
  std::string why = fmt::format("the trace has it too, but there it expired at {}", time_text(*traced.expires));
  if (row.ttl > traced.ttl && evidence.likely_min_ttl == row.ttl) return why + "; " + likely_min_ttl_text(row.ttl);
  if (row.expires && *row.expires <= evidence.trace.at())
    return why +
           ", and so it did in Cilium: the list may have been taken earlier, or Cilium, which clears up once a minute, "
           "had "
           "not done so yet";
  return why;
}

// What the chosen pods learned, or were told without learning it, of the address under other names.
std::optional<std::string> under_other_names(const Evidence& evidence, const Pair& pair) {
  std::set<dns::Name> names;
  for (const auto& [key, pod] : evidence.trace.join().pods()) {
    if (!evidence.trace.chosen(key)) continue;
    const join::Uncredited* uncredited = pod.credits.find_uncredited(pair.second);
    if (uncredited != nullptr && uncredited->name == pair.first)
      return fmt::format("an answer for it in the trace held the address, but {}", uncredited->why);
    const std::vector<join::CreditEntry>* credits = pod.credits.find(pair.second);
    if (credits == nullptr) continue;
    for (const join::CreditEntry& entry : *credits)
      if (entry.live(evidence.trace.at())) names.insert(entry.name);
  }
  if (names.empty()) return std::nullopt;
  constexpr std::size_t max_names = 8;
  const auto end = std::next(names.begin(), static_cast<std::ptrdiff_t>(std::min(names.size(), max_names)));
  return fmt::format("in the trace the address stands under {}{} only; no answer that it saw gave it for this name",
                     fmt::join(names.begin(), end, ", "), names.size() > max_names ? ", ..." : "");
}

std::string why_never_seen(const Evidence& evidence, const Lookup& row) {
  const std::vector<std::string>& losses = evidence.trace.join().dns_losses();
  if (!losses.empty())
    return fmt::format("the trace lost DNS messages ({}): the answer may be among them", fmt::join(losses, ", "));
  if (!evidence.cilium.endpoint && evidence.cilium.endpoints.size() > 1)
    return fmt::format(
        "endpoint {} may be another pod: Cilium lists what each asked, but lets every pod of the node use it (choose "
        "one "
        "with --endpoint)",
        row.endpoint_id.value_or(0));
  return fmt::format(
      "no answer in the trace gave it: another pod may have asked, or this one in a way that the trace does not read "
      "(another port than {}, encrypted)",
      fmt::join(evidence.trace.dns_ports(), ", "));
}

}  // namespace

std::string why_only_in_trace(const Evidence& evidence, const TraceCredit& credit) {
  const join::CreditEntry& entry = *credit.credit;
  const CiliumList& list = evidence.cilium;
  if (auto why = credited_by_options_alone(evidence, credit)) return *why;
  const AnswerWay* way = evidence.trace.way_of(credit);
  const Time expires = *to_lookup(evidence.trace, credit).expires;
  if (list.newest && expires < *list.newest)
    return fmt::format("expired at {}, before Cilium's list was taken: its newest look-up is of {}", time_text(expires),
                       time_text(*list.newest));
  if (list.lookups.empty())
    return list_text(list) +
           " is empty: the pod's DNS may not pass Cilium's proxy, which takes a policy with rules.dns";
  if (auto why = why_not_through_proxy(way)) return *why;
  if (auto why = why_not_seen_by_cilium(evidence, entry)) return *why;
  return "Cilium may not have seen the answer, since it sees only what a policy's rules.dns sends through its proxy; "
         "or "
         "the list may be that of another pod or node";
}

std::string why_only_in_cilium(const Evidence& evidence, const Pair& pair, const Lookup& row) {
  const auto expired = evidence.expired.find(pair);
  if (row.source == from_connection) {
    std::string why = "its look-up is gone from Cilium, which keeps it for a connection that is alive";
    if (expired != evidence.expired.end())
      why += "; in the trace it expired at " + time_text(*to_lookup(evidence.trace, expired->second).expires);
    return why;
  }
  const bool known = expired != evidence.expired.end();
  if (known && same_lookup(expired->second, row)) return why_expired(evidence, expired->second, row);
  if (const auto other = evidence.elsewhere.find(pair); other != evidence.elsewhere.end())
    return fmt::format("looked up by {} in the trace, which --pod leaves out; Cilium lets every pod of the node use it",
                       evidence.trace.pod_text(*other->second.pod_key));
  if (row.looked_up)
    if (auto why = why_outside_the_trace(evidence.trace, *row.looked_up)) return *why;
  if (known)
    return fmt::format("the trace saw only another look-up of it, of {}, which expired at {}",
                       time_text(expired->second.credit->learned),
                       time_text(*to_lookup(evidence.trace, expired->second).expires));
  if (auto why = under_other_names(evidence, pair)) return *why;
  return why_never_seen(evidence, row);
}

std::string why_connection(const TraceCache& trace, const TraceCredit& credit) {
  return fmt::format(
      "its look-up is gone from Cilium, which keeps it for a connection that is alive; by the trace's look-up it holds "
      "until {}",
      time_text(*to_lookup(trace, credit).expires));
}

std::string why_other_lookup(const Evidence& evidence, const TraceCredit& credit, const Lookup& row) {
  if (*row.looked_up > evidence.trace.at()) return *why_outside_the_trace(evidence.trace, *row.looked_up);
  const Lookup traced = to_lookup(evidence.trace, credit);
  if (row.expires && *row.expires >= *traced.expires && *row.looked_up < *traced.looked_up)
    return fmt::format("Cilium keeps the look-up that lives longest, until {}", time_text(*row.expires));
  if (*row.looked_up < *traced.looked_up)
    return "Cilium may not have seen the later look-up of the trace, or its list may have been taken before";
  return "the trace saw no answer of then: it may have gone to another pod, or to a place that the trace does not read";
}

std::string why_other_ttl(const Evidence& evidence, const TraceCredit& credit, const Lookup& row) {
  const std::uint64_t own_ttl = credit.credit->ttl;
  const std::uint64_t traced_ttl = to_lookup(evidence.trace, credit).ttl;
  if (row.ttl == own_ttl)
    return fmt::format("--min-ttl raised the answer's TTL of {} to {}; Cilium did not", own_ttl, traced_ttl);
  if (row.ttl > traced_ttl && evidence.likely_min_ttl == row.ttl) return likely_min_ttl_text(row.ttl);
  return "they may be of two answers to the same question, a moment apart";
}

std::string why_other_expiry(const Lookup& row) {
  if (!row.looked_up || !row.expires) return "Cilium's list does not tell when it was looked up and when it expires";
  return fmt::format("by its look-up and TTL Cilium's would expire at {}, and not at {}",
                     time_text(later(*row.looked_up, row.ttl)), time_text(*row.expires));
}

}  // namespace cnamedrop::fqdn
