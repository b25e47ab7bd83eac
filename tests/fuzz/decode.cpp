// SPDX-License-Identifier: Apache-2.0
// Any bytes decode to canonical names or to an error, and a capture that was cut shows a part of what the whole shows.
// Input: one byte that says where to cut, then the message.
#include <algorithm>
#include <span>

#include "dns/message.h"
#include "tests/fuzz/fuzz_target.h"

namespace cnamedrop::fuzz {
namespace {

void require_canonical(const dns::Name& name) {
  require(dns::canonical_name(name) == name, "a name reads back as itself");
}

void require_sound(const dns::Message& message, std::size_t size) {
  require(message.questions.size() * 5 + message.answers.size() * 11 + 12 <= size, "no more records than bytes");
  for (const dns::Question& question : message.questions) require_canonical(question.name);
  for (const dns::Record& record : message.answers) {
    require_canonical(record.owner);
    if (!record.target.empty()) require_canonical(record.target);
    const bool is_address = record.type == dns::type::A || record.type == dns::type::AAAA;
    if (is_address && record.klass == dns::class_in) require(record.addresses.size() == 1, "one address a record");
  }
}

template <typename T>
bool begins_with(const std::vector<T>& whole, const std::vector<T>& part) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

void check(std::span<const std::uint8_t> bytes, std::size_t captured) {
  const dns::Decoded whole = dns::decode(bytes, bytes.size());
  const dns::Decoded part = dns::decode(bytes.first(captured), bytes.size());
  if (part.message) require_sound(*part.message, captured);
  if (!whole.message) return;
  require_sound(*whole.message, bytes.size());
  require(!whole.message->cut && whole.message->size == bytes.size(), "a whole message is not cut");
  if (!part.message) {
    require(part.error == dns::DecodeError::TooShort && captured < 12, "only the header cannot be cut");
    return;
  }
  require(part.message->cut == (captured < bytes.size()), "a part is cut");
  require(begins_with(whole.message->questions, part.message->questions), "a part shows questions of the whole");
  require(begins_with(whole.message->answers, part.message->answers), "a part shows answers of the whole");
}

}  // namespace
}  // namespace cnamedrop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  cnamedrop::fuzz::check(bytes, bytes.size() * data[0] / 255);
  return 0;
}
