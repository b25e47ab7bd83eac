// SPDX-License-Identifier: Apache-2.0
// Cilium's rules of what an answer credits.
#include "join/credit_table.h"

#include <algorithm>
#include <utility>

#include "dns/answer.h"

namespace cnamedrop::join {
namespace {

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
  if (answer.rcode != dns::rcode::NOERROR) return false;
  if (std::ranges::none_of(answer.answers, dns::is_address)) return false;

  CreditEntry entry;
  entry.qtype = question.type;
  entry.asked = asked;
  entry.first = time;
  entry.learned = time;
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
  const std::vector<CreditEntry>* pushed_out = credits_.find(address) == nullptr ? credits_.next_to_go() : nullptr;
  if (pushed_out != nullptr) count_out(*pushed_out);
  std::vector<CreditEntry>& names = credits_.use(address);
  const auto known =
      std::find_if(names.begin(), names.end(), [&](const CreditEntry& other) { return other.name == entry.name; });
  if (known == names.end()) {
    make_room(names);
    names.push_back(entry);
    ++addresses_of_[entry.name];
    ++size_;
    return;
  }
  if (known->expires > entry.expires) {
    known->asked = entry.asked;
    return;
  }
  const Time first = known->first;
  *known = entry;
  known->first = first;
}

// The bound is on all credits together: an address of a CDN may have thousands of names, and each may be the one that
// counts. What goes is the address used longest ago; where one fills the table alone, its oldest name.
void CreditTable::make_room(std::vector<CreditEntry>& names) {
  while (size_ >= max_credits_ && credits_.size() > 1) {
    const auto& [address, oldest] = credits_.least_recent();
    count_out(oldest);
    credits_.erase(dns::IpAddress(address));
  }
  if (size_ < max_credits_) return;
  const auto oldest = std::min_element(
      names.begin(), names.end(), [](const CreditEntry& a, const CreditEntry& b) { return a.learned < b.learned; });
  count_out({*oldest});
  names.erase(oldest);
}

void CreditTable::count_out(const std::vector<CreditEntry>& names) {
  for (const CreditEntry& entry : names) {
    const auto counted = addresses_of_.find(entry.name);
    if (--counted->second == 0) addresses_of_.erase(counted);
  }
  size_ -= names.size();
  evicted_ += names.size();
}

void CreditTable::note_uncredited(const dns::Message& answer, const std::string& why) {
  const dns::Name name = answer.questions.empty() ? "." : answer.questions.front().name;
  for (const dns::Record& record : answer.answers)
    for (const dns::IpAddress& address : record.addresses) uncredited_.use(address) = {name, why};
}

CreditTable::OverLimit CreditTable::over_limit(const CreditEntry& entry, Time at, std::size_t limit) const {
  const auto counted = addresses_of_.find(entry.name);
  if (counted == addresses_of_.end() || counted->second <= limit) return {};
  OverLimit found;
  for (const auto& [address, names] : credits_) {
    const auto same_name = std::find_if(names.begin(), names.end(), [&](const CreditEntry& credit) {
      return credit.name == entry.name && credit.live(at);
    });
    if (same_name == names.end()) continue;
    ++found.addresses;
    if (same_name->expires < entry.expires) ++found.expire_before;
    if (same_name->expires == entry.expires) ++found.expire_together;
  }
  return found.addresses > limit ? found : OverLimit{};
}

}  // namespace cnamedrop::join
