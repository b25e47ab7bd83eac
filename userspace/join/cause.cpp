// SPDX-License-Identifier: Apache-2.0
// The table in its order, and the rows that hold without selectors too.
#include "join/cause.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "join/policy_cause.h"

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_credits_shown = 16;
constexpr std::size_t max_chases_shown = 16;

events::Credit to_credit(const CreditEntry& entry, Time at) {
  return {entry.name, entry.qtype, entry.learned, entry.expires, entry.ttl, entry.live(at), *entry.chain};
}

// Of UDP and TCP only: encrypted DNS of other kinds is no port of dns_ports.
bool is_dns_packet(const DropCase& seen) {
  const events::Dropped& drop = seen.drop;
  if (drop.protocol != events::protocol::UDP && drop.protocol != events::protocol::TCP) return false;
  const std::vector<std::uint16_t>& ports = seen.trace.dns_ports;
  return std::any_of(ports.begin(), ports.end(),
                     [&](std::uint16_t port) { return port == drop.remote.port || port == seen.remote.port; });
}

bool is_dns_dropped(const DropCase& seen, events::Cause& cause) {
  if (!is_dns_packet(seen)) return false;
  cause.question = seen.pod.questions.unanswered_from(seen.drop.local, seen.remote);
  return true;
}

bool is_not_learned(const DropCase& seen, events::Cause& cause) {
  if (seen.credits != nullptr) return false;
  cause.learned_by_pods = seen.trace.learned_by_pods;
  if (const Uncredited* uncredited = seen.pod.credits.find_uncredited(seen.remote.address))
    cause.note = "an answer for " + uncredited->name + " held the address, but " + uncredited->why;
  return true;
}

bool has_credit(const std::vector<const CreditEntry*>& credits, const dns::Name& name) {
  return std::any_of(credits.begin(), credits.end(), [&](const CreditEntry* entry) { return entry->name == name; });
}

bool is_cname_only(const DropCase& seen, events::Cause& cause) {
  cause.chases = chases_of_all(seen.pod, seen.live);
  if (cause.chases.empty()) return false;
  for (events::Chase& chase : cause.chases)
    for (const CreditEntry& entry : *seen.credits)
      if (entry.name == chase.origin) chase.last_direct_credit = to_credit(entry, seen.at);
  judge_origins(seen, cause);
  return true;
}

bool is_expired(const DropCase& seen, events::Cause& cause) {
  if (!seen.live.empty()) return false;
  cite_expired(seen, cause);
  return true;
}

bool is_learned(const DropCase&, events::Cause&) { return true; }

struct Row {
  events::CauseKind kind;
  bool (*holds)(const DropCase&, events::Cause&);  // adds its evidence to the cause when it does
};

constexpr Row table[] = {
    {events::CauseKind::DnsDropped, is_dns_dropped},
    {events::CauseKind::NotLearned, is_not_learned},
    {events::CauseKind::TooFresh, is_too_fresh},
    {events::CauseKind::OverLimit, is_over_limit},
    {events::CauseKind::PortMismatch, is_port_mismatch},
    {events::CauseKind::AllowedByName, is_allowed_by_name},
    {events::CauseKind::SearchSuffix, is_search_suffix},
    {events::CauseKind::CnameOnly, is_cname_only},
    {events::CauseKind::SelectsTarget, is_selects_target},
    {events::CauseKind::NearMiss, is_near_miss},
    {events::CauseKind::NameMismatch, is_name_mismatch},
    {events::CauseKind::Expired, is_expired},
    {events::CauseKind::Learned, is_learned},
};

void show_credits(const DropCase& seen, events::Cause& cause) {
  if (seen.credits == nullptr) return;
  for (const CreditEntry& entry : *seen.credits) cause.credits.push_back(to_credit(entry, seen.at));
  std::stable_sort(cause.credits.begin(), cause.credits.end(),
                   [](const events::Credit& a, const events::Credit& b) { return a.learned > b.learned; });
  if (cause.credits.size() <= max_credits_shown) return;
  cause.credits_omitted = cause.credits.size() - max_credits_shown;
  cause.credits.resize(max_credits_shown);
}

// Between two traces anything may have happened unseen.
bool rests_on_earlier_trace(const events::Cause& cause, Time started) {
  const bool any_live =
      std::any_of(cause.credits.begin(), cause.credits.end(), [](const events::Credit& credit) { return credit.live; });
  const auto is_earlier = [&](const events::Credit& credit) {
    return credit.live == any_live && credit.learned < started;
  };
  const auto is_earlier_step = [started](const events::AliasStep& step) { return step.seen < started; };
  return std::any_of(cause.credits.begin(), cause.credits.end(), is_earlier) ||
         std::any_of(cause.chases.begin(), cause.chases.end(), [&](const events::Chase& chase) {
           return std::any_of(chase.chain.begin(), chase.chain.end(), is_earlier_step);
         });
}

void add_doubts(const DropCase& seen, events::Cause& cause) {
  cause.doubts = seen.trace.dns_losses;
  if (seen.pod.evicted() > 0 || seen.trace.pods_evicted) cause.doubts.emplace_back("evicted");
  if (seen.pod.cut_answer) cause.doubts.emplace_back("cut_answer");
  const bool aliases_live = std::all_of(cause.chases.begin(), cause.chases.end(),
                                        [](const events::Chase& chase) { return chase.aliases_live; });
  if (!aliases_live) cause.doubts.emplace_back("alias_ttl_passed");
  if (rests_on_earlier_trace(cause, seen.trace.started)) cause.doubts.emplace_back("earlier_trace");
  if (cause.kind != events::CauseKind::NotLearned) return;
  if (seen.pod.questions.empty()) cause.doubts.emplace_back("no_dns_seen");
  if (elapsed(seen.trace.started, seen.at) < seen.trace.settings.start_doubt) cause.doubts.emplace_back("trace_start");
}

DropCase make_case(const events::Dropped& drop, Time time, const PodState& pod, const TraceContext& trace) {
  const dns::Endpoint& remote = addressed_remote(drop);
  DropCase seen{drop, time, pod, trace, remote, pod.credits.find(remote.address), {}, {}, {}};
  if (seen.credits == nullptr) return seen;
  for (const CreditEntry& entry : *seen.credits)
    if (entry.live(time)) seen.live.push_back(&entry);
  if (trace.policy != nullptr) add_matches(seen);
  return seen;
}

}  // namespace

std::vector<events::Chase> chases_of_all(const PodState& pod, const std::vector<const CreditEntry*>& live) {
  std::vector<events::Chase> all;
  for (const CreditEntry* entry : live) {
    std::vector<events::Chase> chases = pod.aliases.chases_to(entry->name, entry->asked, pod.questions);
    const bool direct = std::any_of(chases.begin(), chases.end(),
                                    [&](const events::Chase& chase) { return has_credit(live, chase.origin); });
    if (chases.empty() || direct) return {};
    std::move(chases.begin(), chases.end(), std::back_inserter(all));
  }
  if (all.size() > max_chases_shown) all.resize(max_chases_shown);
  return all;
}

const dns::Endpoint& addressed_remote(const events::Dropped& drop) {
  return drop.original_remote ? *drop.original_remote : drop.remote;
}

events::Cause find_cause(const events::Dropped& drop, Time time, const PodState& pod, const TraceContext& trace) {
  const DropCase seen = make_case(drop, time, pod, trace);
  events::Cause cause;
  cause.address = seen.remote.address;
  for (const Row& row : table) {
    if (!row.holds(seen, cause)) continue;
    cause.kind = row.kind;
    break;
  }
  if (cause.kind == events::CauseKind::DnsDropped) return cause;
  show_credits(seen, cause);
  add_doubts(seen, cause);
  return cause;
}

}  // namespace cnamedrop::join
