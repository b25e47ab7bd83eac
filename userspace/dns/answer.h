// SPDX-License-Identifier: Apache-2.0
// What an answer means to those who look for addresses: which records count, and how long they last.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "dns/message.h"

namespace cnamedrop::dns {

// Of class IN: a record of another class means something else by its data.
inline bool is_address(const Record& record) {
  return (record.type == type::A || record.type == type::AAAA) && record.klass == class_in;
}
inline bool is_alias(const Record& record) {
  return record.type == type::CNAME && record.klass == class_in && !record.target.empty();
}

// The smallest TTL over the A, AAAA and CNAME records, in seconds, from which a policy engine counts; none without any.
inline std::optional<std::uint32_t> smallest_ttl(const std::vector<Record>& answers) {
  std::optional<std::uint32_t> ttl;
  for (const Record& answer : answers)
    if (is_address(answer) || is_alias(answer)) ttl = std::min(ttl.value_or(answer.ttl), answer.ttl);
  return ttl;
}

// The records by which the answer leads on from its question name, in that order. Resolvers give up after 8 to 17
// aliases.
inline std::vector<const Record*> alias_chain(const Message& answer) {
  constexpr std::size_t longest = 32;
  std::vector<const Record*> chain;
  const Name* at = &answer.questions.front().name;
  while (chain.size() < longest) {
    const auto alias = std::ranges::find_if(
        answer.answers, [&](const Record& record) { return is_alias(record) && record.owner == *at; });
    if (alias == answer.answers.end()) break;
    chain.push_back(&*alias);
    at = &alias->target;
  }
  return chain;
}

}  // namespace cnamedrop::dns
