// SPDX-License-Identifier: Apache-2.0
// Look-ups by the whole of what an answer must repeat (RFC 5452 section 9.1).
#include "join/question_table.h"

#include "types/hash.h"

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_askers = 8;

QuestionKey key_of(const events::DnsSeen& dns, const dns::Question& question) {
  return {dns.local, dns.resolver, dns.protocol, dns.message.id, question.name, question.type};
}

}  // namespace

std::size_t QuestionKeyHash::operator()(const QuestionKey& key) const noexcept {
  std::size_t hash = std::hash<dns::Name>()(key.name);
  for (const std::size_t part :
       {dns::IpAddressHash()(key.local.address), dns::IpAddressHash()(key.resolver.address),
        static_cast<std::size_t>(key.local.port) << 32 | static_cast<std::size_t>(key.id) << 16 | key.type})
    hash = mix_hash(hash, part);
  return hash;
}

QuestionTable::InFlight& QuestionTable::use_in_flight(const QuestionKey& key, Time time) {
  const InFlight* next_to_go = in_flight_.next_to_go();
  if (next_to_go != nullptr && !next_to_go->answered && elapsed(next_to_go->asked, time) < answer_wait_ &&
      in_flight_.find(key) == nullptr)
    ++evicted_in_flight_;
  return in_flight_.use(key);
}

void QuestionTable::ask(const events::DnsSeen& dns, Time time) {
  for (const dns::Question& question : dns.message.questions) {
    InFlight& in_flight = use_in_flight(key_of(dns, question), time);
    const bool again = in_flight.awaited > 0 && !in_flight.answered;
    if (!again) ++unanswered_;
    in_flight = {time, in_flight.awaited + 1, false};
    AskedName& asked = asked_.use(question.name);
    if (asked.first == Time{}) asked.first = time;
    asked.last = time;
    asked.last_type = question.type;
    if (asked.cgroup_ids.size() < max_askers && !asked.asked_by(dns.cgroup_id))
      asked.cgroup_ids.push_back(dns.cgroup_id);
  }
}

std::optional<Time> QuestionTable::answer(const events::DnsSeen& dns) {
  if (dns.message.questions.size() != 1) return std::nullopt;
  const QuestionKey key = key_of(dns, dns.message.questions.front());
  InFlight* in_flight = in_flight_.find(key);
  if (in_flight == nullptr) return std::nullopt;
  const Time asked = in_flight->asked;
  if (!in_flight->answered) --unanswered_;
  in_flight->answered = true;
  if (--in_flight->awaited == 0) in_flight_.erase(key);
  return asked;
}

std::optional<dns::Question> QuestionTable::unanswered_from(const dns::Endpoint& local, const dns::Endpoint& resolver,
                                                            Time at) const {
  for (const auto& [key, in_flight] : in_flight_)
    if (!in_flight.answered && elapsed(in_flight.asked, at) < answer_wait_ && key.local == local &&
        key.resolver == resolver)
      return dns::Question{key.name, key.type, dns::class_in};
  return std::nullopt;
}

}  // namespace cnamedrop::join
