// SPDX-License-Identifier: Apache-2.0
// Cilium's rules of what an answer credits.
#include "join/credit_table.h"

#include <algorithm>
#include <utility>

#include "dns/answer.h"

namespace cnamedrop::join {
namespace {

bool asks_for_addresses(const dns::Question& question) {
  return question.type == dns::type::A || question.type == dns::type::AAAA || question.type == dns::type::ANY;
}

// The names that an answer credits, the question name first.
std::vector<dns::Name> credited_names(const dns::Name& question, const std::vector<events::AliasStep>& chain,
                                      CreditTo to) {
  std::vector<dns::Name> names = {question};
  if (to == CreditTo::Question) return names;
  for (const events::AliasStep& step : chain)
    if (std::find(names.begin(), names.end(), step.target) == names.end()) names.push_back(step.target);
  return names;
}

}  // namespace

bool CreditTable::learn(const dns::Message& answer, Time asked, Time time) {
  const dns::Question& question = answer.questions.front();
  if (!asks_for_addresses(question) || answer.rcode != dns::rcode::NOERROR) return false;
  if (std::ranges::none_of(answer.answers, dns::is_address)) return false;

  CreditEntry entry;
  entry.qtype = question.type;
  entry.asked = asked;
  entry.learned = time;
  entry.live_since = time;
  entry.ttl = *dns::smallest_ttl(answer.answers);
  entry.expires = later(time, std::max(std::chrono::seconds(entry.ttl), min_ttl_) + grace_);
  entry.chain = std::make_shared<const std::vector<events::AliasStep>>(events::chain_of(answer, time));
  for (const dns::Name& name : credited_names(question.name, *entry.chain, credit_to_)) {
    entry.name = name;
    for (const dns::Record& record : answer.answers)
      if (dns::is_address(record))
        for (const dns::IpAddress& address : record.addresses) credit(address, entry);
  }
  return true;
}

void CreditTable::credit(const dns::IpAddress& address, const CreditEntry& entry) {
  std::vector<CreditEntry>& names = names_of(address);
  const auto known =
      std::find_if(names.begin(), names.end(), [&](const CreditEntry& other) { return other.name == entry.name; });
  if (known == names.end()) {
    if (names.size() >= max_names_) drop_oldest(names);
    names.push_back(entry);
    ++addresses_of_[entry.name];
    return;
  }
  if (known->expires > entry.expires) {
    known->asked = entry.asked;
    return;
  }
  const Time live_since = known->live(entry.learned) ? known->live_since : entry.live_since;
  *known = entry;
  known->live_since = live_since;
}

std::vector<CreditEntry>& CreditTable::names_of(const dns::IpAddress& address) {
  const std::vector<CreditEntry>* evicted = credits_.find(address) == nullptr ? credits_.next_to_go() : nullptr;
  if (evicted != nullptr)
    for (const CreditEntry& entry : *evicted) count_out(entry.name);
  return credits_.use(address);
}

void CreditTable::drop_oldest(std::vector<CreditEntry>& names) {
  const auto oldest = std::min_element(
      names.begin(), names.end(), [](const CreditEntry& a, const CreditEntry& b) { return a.learned < b.learned; });
  count_out(oldest->name);
  names.erase(oldest);
  ++names_evicted_;
}

void CreditTable::count_out(const dns::Name& name) {
  const auto counted = addresses_of_.find(name);
  if (--counted->second == 0) addresses_of_.erase(counted);
}

void CreditTable::note_uncredited(const dns::Message& answer, const std::string& why) {
  const dns::Name name = answer.questions.empty() ? "." : answer.questions.front().name;
  for (const dns::Record& record : answer.answers)
    for (const dns::IpAddress& address : record.addresses) uncredited_.use(address) = {name, why};
}

std::size_t CreditTable::live_addresses(const dns::Name& name, Time at, std::size_t more_than) const {
  const auto counted = addresses_of_.find(name);
  if (counted == addresses_of_.end() || counted->second <= more_than) return 0;
  return static_cast<std::size_t>(std::count_if(credits_.begin(), credits_.end(), [&](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(),
                       [&](const CreditEntry& credit) { return credit.name == name && credit.live(at); });
  }));
}

}  // namespace cnamedrop::join
