// The rows of the cause table that need no selectors.
#include "join/cause.h"

#include <algorithm>
#include <utility>

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_credits_shown = 16;

events::Credit to_credit(const CreditEntry& entry, events::Time at) {
  return {entry.name, entry.qtype, entry.learned, entry.expires, entry.ttl, entry.live(at), *entry.chain};
}

void show_credits(const std::vector<CreditEntry>& entries, events::Time at, events::Cause& cause) {
  for (const CreditEntry& entry : entries) cause.credits.push_back(to_credit(entry, at));
  std::stable_sort(cause.credits.begin(), cause.credits.end(),
                   [](const events::Credit& a, const events::Credit& b) { return a.learned > b.learned; });
  if (cause.credits.size() <= max_credits_shown) return;
  cause.credits_omitted = cause.credits.size() - max_credits_shown;
  cause.credits.resize(max_credits_shown);
}

// The chases of every live credit; empty as soon as one live credit is to a name that was not chased.
std::vector<events::Chase> chases_of_all(const std::vector<CreditEntry>& entries, events::Time at,
                                         const PodState& pod) {
  std::vector<events::Chase> all;
  for (const CreditEntry& entry : entries) {
    if (!entry.live(at)) continue;
    std::vector<events::Chase> chases = pod.aliases.chases_to(entry.name, entry.asked, pod.questions);
    if (chases.empty()) return {};
    std::move(chases.begin(), chases.end(), std::back_inserter(all));
  }
  return all;
}

void add_last_direct_credits(const std::vector<CreditEntry>& entries, events::Time at, events::Cause& cause) {
  for (events::Chase& chase : cause.chases)
    for (const CreditEntry& entry : entries)
      if (entry.name == chase.origin) chase.last_direct_credit = to_credit(entry, at);
}

void judge_credits(const std::vector<CreditEntry>& entries, events::Time at, const PodState& pod,
                   events::Cause& cause) {
  show_credits(entries, at, cause);
  const bool any_live =
      std::any_of(entries.begin(), entries.end(), [&](const CreditEntry& entry) { return entry.live(at); });
  if (!any_live) {
    cause.kind = events::CauseKind::Expired;
    return;
  }
  cause.chases = chases_of_all(entries, at, pod);
  add_last_direct_credits(entries, at, cause);
  cause.kind = cause.chases.empty() ? events::CauseKind::Learned : events::CauseKind::CnameOnly;
}

void add_doubts(events::Time at, const PodState& pod, const TraceContext& trace, events::Cause& cause) {
  cause.doubts = trace.dns_losses;
  if (pod.evicted() > 0) cause.doubts.emplace_back("evicted");
  if (pod.cut_answer) cause.doubts.emplace_back("cut_answer");
  const bool aliases_live = std::all_of(cause.chases.begin(), cause.chases.end(),
                                        [](const events::Chase& chase) { return chase.aliases_live; });
  if (!aliases_live) cause.doubts.emplace_back("alias_ttl_passed");
  if (cause.kind != events::CauseKind::NotLearned) return;
  if (pod.questions.empty()) cause.doubts.emplace_back("no_dns_seen");
  if (at - trace.started < trace.settings.start_doubt_ns) cause.doubts.emplace_back("trace_start");
}

bool is_dns_port(std::uint16_t port, const std::vector<std::uint16_t>& dns_ports) {
  return std::find(dns_ports.begin(), dns_ports.end(), port) != dns_ports.end();
}

}  // namespace

const dns::IpAddress& judged_address(const events::Dropped& drop) {
  return drop.original_remote ? drop.original_remote->address : drop.remote.address;
}

bool is_dns_packet(const events::Dropped& drop, const std::vector<std::uint16_t>& dns_ports) {
  if (drop.protocol != events::protocol::UDP && drop.protocol != events::protocol::TCP) return false;
  return is_dns_port(drop.remote.port, dns_ports) ||
         (drop.original_remote && is_dns_port(drop.original_remote->port, dns_ports));
}

events::Cause find_cause(const events::Dropped& drop, events::Time time, const PodState& pod,
                         const TraceContext& trace) {
  events::Cause cause;
  cause.address = judged_address(drop);
  if (is_dns_packet(drop, trace.dns_ports)) {
    cause.kind = events::CauseKind::DnsDropped;
    cause.question = pod.questions.unanswered_from(drop.local, drop.original_remote.value_or(drop.remote));
    return cause;
  }
  if (const std::vector<CreditEntry>* entries = pod.credits.find(cause.address)) {
    judge_credits(*entries, time, pod, cause);
  } else {
    cause.kind = events::CauseKind::NotLearned;
    cause.learned_by_pods = trace.learned_by_pods;
    if (const Uncredited* uncredited = pod.credits.find_uncredited(cause.address))
      cause.note = "an answer for " + uncredited->name + " held the address, but " + uncredited->why;
  }
  add_doubts(time, pod, trace, cause);
  return cause;
}

}  // namespace cnamedrop::join
