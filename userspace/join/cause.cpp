// SPDX-License-Identifier: Apache-2.0
// The table in its order, and the rows that need no policy.
#include "join/cause.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "join/doubts.h"
#include "join/name_cause.h"
#include "join/rule_cause.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using events::Direction;
using events::OpenedBy;

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

std::optional<dns::Question> waiting_question(const DropCase& seen) {
  return seen.pod.questions.unanswered_from(seen.drop.local, seen.remote, seen.at);
}

// An answer to nothing that is still waited for comes too late to matter.
bool is_late_answer(const DropCase& seen) {
  return seen.drop.direction == Direction::Ingress && seen.drop.protocol == events::protocol::UDP &&
         is_dns_packet(seen) && !waiting_question(seen);
}

bool is_closing(const DropCase& seen, events::Cause& cause) {
  cause.note = seen.meaning.sentence;
  if (seen.meaning.drop_class == DropClass::Closing) return true;
  if (seen.meaning.drop_class == DropClass::Policy && is_late_answer(seen)) {
    cause.note = "An answer to a question that had been answered or given up.";
    return true;
  }
  return false;
}

bool is_host(const DropCase& seen, events::Cause& cause) {
  if (seen.meaning.drop_class == DropClass::Host) return true;
  cause.note.clear();
  return false;
}

bool is_dns_dropped(const DropCase& seen, events::Cause& cause) {
  if (!is_dns_packet(seen)) return false;
  cause.question = waiting_question(seen);
  const bool opens_tcp = seen.drop.direction == Direction::Egress && events::is_syn(seen.drop);
  return cause.question.has_value() || opens_tcp;
}

OpenedBy opener_of(const events::Dropped& drop) {
  if (drop.opened_by != OpenedBy::Unknown) return drop.opened_by;
  const bool egress = drop.direction == Direction::Egress;
  if (events::is_syn(drop)) return egress ? OpenedBy::Pod : OpenedBy::Remote;
  if (events::is_syn_ack(drop)) return egress ? OpenedBy::Remote : OpenedBy::Pod;
  return OpenedBy::Unknown;
}

bool is_inbound(const DropCase& seen, events::Cause& cause) {
  if (seen.drop.direction == Direction::Ingress) return true;
  const OpenedBy opener = opener_of(seen.drop);
  if (opener == OpenedBy::Unknown) add_doubt(cause, doubt::opener_unknown);
  return opener == OpenedBy::Remote;
}

bool is_not_learned(const DropCase& seen, events::Cause& cause) {
  if (seen.credits != nullptr || is_selected_through_other_pod(seen)) return false;
  cause.learned_by_pods = seen.trace.learned_by_pods;
  if (const Uncredited* uncredited = seen.pod.credits.find_uncredited(seen.remote.address))
    cause.note = "an answer for " + uncredited->name + " held the address, but " + uncredited->why;
  return true;
}

bool is_chased(const DropCase& seen, events::Cause& cause) {
  if (seen.trace.policy != nullptr || seen.credits == nullptr) return false;
  cause.chases = chases_of_all(seen.current, *seen.credits);
  return !cause.chases.empty();
}

bool is_expired(const DropCase& seen, events::Cause& cause) {
  return seen.trace.policy == nullptr ? !seen.any_live : is_expired_selected(seen, cause);
}

bool is_learned(const DropCase&, events::Cause&) { return true; }

struct Row {
  CauseKind kind;
  bool (*applies)(const DropCase&, events::Cause&);  // adds its evidence to the cause when it does
};

constexpr Row table[] = {
    {CauseKind::Closing, is_closing},
    {CauseKind::Host, is_host},
    {CauseKind::DnsDropped, is_dns_dropped},
    {CauseKind::Inbound, is_inbound},
    {CauseKind::DeniedByRule, is_denied_by_rule},
    {CauseKind::AllowedByRule, is_allowed_by_rule},
    {CauseKind::NoDnsRule, is_no_dns_rule},
    {CauseKind::NotLearned, is_not_learned},
    {CauseKind::TooFresh, is_too_fresh},
    {CauseKind::OverLimit, is_over_limit},
    {CauseKind::CnameOnly, is_chased_from_selected},
    {CauseKind::PortMismatch, is_port_mismatch},
    {CauseKind::AllowedByName, is_allowed_by_name},
    {CauseKind::SearchSuffix, is_search_suffix},
    {CauseKind::AllowedByName, may_be_allowed_by_name},
    {CauseKind::SelectsTarget, is_selects_target},
    {CauseKind::NearMiss, is_near_miss},
    {CauseKind::NameMismatch, is_name_mismatch},
    {CauseKind::CnameOnly, is_chased},
    {CauseKind::Expired, is_expired},
    {CauseKind::Learned, is_learned},
};

void show_credits(const DropCase& seen, events::Cause& cause) {
  if (seen.credits == nullptr) return;
  for (const CreditEntry& entry : *seen.credits) cause.credits.push_back(to_credit(entry, seen.at));
  std::stable_sort(cause.credits.begin(), cause.credits.end(),
                   [](const events::Credit& a, const events::Credit& b) { return a.learned > b.learned; });
  if (cause.credits.size() > max_credits_shown) {
    cause.credits_omitted = cause.credits.size() - max_credits_shown;
    cause.credits.resize(max_credits_shown);
  }
  for (events::Chase& chase : cause.chases)
    for (const CreditEntry& entry : *seen.credits)
      if (entry.name == chase.origin) chase.last_direct_credit = to_credit(entry, seen.at);
}

void find_current(DropCase& seen) {
  if (seen.credits == nullptr) return;
  for (const CreditEntry& entry : *seen.credits)
    if (entry.live(seen.at)) seen.current.push_back(chased(seen.pod, entry));
  seen.any_live = !seen.current.empty();
  if (seen.any_live || seen.credits->empty()) return;
  const auto last = std::max_element(seen.credits->begin(), seen.credits->end(),
                                     [](const CreditEntry& a, const CreditEntry& b) { return a.learned < b.learned; });
  seen.current.push_back(chased(seen.pod, *last));
}

// What allows the packet explains nothing where a denial may be for it.
void prefer_possible_denial(const DropCase& seen, events::Cause& cause) {
  if (cause.kind != CauseKind::AllowedByRule && cause.kind != CauseKind::AllowedByName) return;
  if (!may_be_denied_by_rule(seen, cause)) return;
  cause.kind = CauseKind::DeniedByRule;
  cause.note.clear();
}

// Elsewhere the chases have nothing to do with the cause.
bool is_told_with_chases(CauseKind kind) {
  return kind == CauseKind::CnameOnly || kind == CauseKind::PortMismatch || kind == CauseKind::SelectsTarget ||
         kind == CauseKind::NearMiss || kind == CauseKind::NameMismatch;
}

bool says_denied(CauseKind kind) {
  return kind >= CauseKind::NotLearned && kind != CauseKind::AllowedByName && kind != CauseKind::Learned;
}

}  // namespace

bool has_live_credit(const DropCase& seen, const dns::Name& name) {
  const auto is_it = [&](const CreditEntry& credit) { return credit.name == name && credit.live(seen.at); };
  return (seen.credits != nullptr && std::any_of(seen.credits->begin(), seen.credits->end(), is_it)) ||
         std::any_of(seen.trace.others.begin(), seen.trace.others.end(),
                     [&](const OtherCredit& other) { return is_it(other.credit); });
}

ChasedCredit chased(const PodState& pod, const CreditEntry& credit) {
  return {&credit, pod.aliases.chases_to(credit.name, credit.asked, pod.questions)};
}

std::vector<events::Chase> chases_of_all(const std::vector<ChasedCredit>& current,
                                         const std::vector<CreditEntry>& credits) {
  std::vector<events::Chase> all;
  for (const ChasedCredit& one : current) {
    const std::size_t before = all.size();
    for (const AliasGraph::FoundChase& found : one.chases) {
      const bool direct = std::any_of(credits.begin(), credits.end(), [&](const CreditEntry& credit) {
        return credit.name == found.chase.origin && credit.learned >= one.credit->learned;
      });
      if (direct) return {};
      if (found.is_start) all.push_back(found.chase);
    }
    if (all.size() == before) return {};
  }
  if (all.size() > max_chases_shown) all.resize(max_chases_shown);
  return all;
}

const dns::Endpoint& addressed_remote(const events::Dropped& drop) {
  return drop.original_remote ? *drop.original_remote : drop.remote;
}

events::Cause find_cause(const events::Dropped& drop, Time time, const PodState& pod, const TraceContext& trace) {
  const dns::Endpoint& remote = addressed_remote(drop);
  DropCase seen{drop,
                time,
                pod,
                trace,
                meaning_of(drop),
                remote,
                {remote.address, drop.protocol, remote.port},
                pod.credits.find(remote.address),
                false,
                {}};
  find_current(seen);
  events::Cause cause;
  cause.address = remote.address;
  for (const Row& row : table) {
    if (!row.applies(seen, cause)) continue;
    cause.kind = row.kind;
    break;
  }
  prefer_possible_denial(seen, cause);
  if (!is_told_with_chases(cause.kind)) cause.chases.clear();
  if (cause.kind < CauseKind::DeniedByRule) return cause;
  add_assumption_doubts(seen, cause);
  if (says_denied(cause.kind)) add_rule_doubts(seen, cause);
  show_credits(seen, cause);
  add_trace_doubts(seen, cause);
  return cause;
}

}  // namespace cnamedrop::join
