// SPDX-License-Identifier: Apache-2.0
// One pass over a message (RFC 1035 section 4). Every record moves the reader by at least eleven bytes, and a name
// costs at most 255 of them to read, so that work and memory are bounded by a constant times the size. The constant is
// large for hostile bytes: an alias of 14 bytes can point to two names that take a kilobyte each once they are escaped.
#include <algorithm>
#include <utility>

#include "dns/message.h"
#include "dns/name.h"

namespace cnamedrop::dns {
namespace {

constexpr std::size_t header_size = 12;
constexpr std::size_t min_question_size = 5;  // the root, a type and a class
constexpr std::size_t min_record_size = 11;

enum class Step : std::uint8_t { Ok, Cut, Failed };

class Reader {
 public:
  Reader(std::span<const std::uint8_t> bytes, std::size_t wire_size) : bytes_(bytes), wire_size_(wire_size) {}

  Decoded decode();

 private:
  bool read_header();
  Step read_questions();
  Step read_answers();
  Step read_edns();
  Step read_record(Record& record);
  Step read_data(Record& record, std::size_t end);
  Step read_addresses(Record& record, std::size_t end);
  Step read_target(Record& record, std::size_t end);
  Step read_hints(Record& record, std::size_t end);
  Step skip_records(std::size_t count);
  Step read_name_into(Name* name);
  Step read_data_name(Name& name, std::size_t end);
  Step step_of(NameStatus status);
  void add_address(Record& record, std::size_t offset, std::size_t size) const;

  bool has(std::size_t size) const { return size <= bytes_.size() - offset_; }
  std::uint16_t peek16(std::size_t at) const { return static_cast<std::uint16_t>(bytes_[at] << 8 | bytes_[at + 1]); }
  std::uint16_t take16() { return peek16(std::exchange(offset_, offset_ + 2)); }
  std::uint32_t take32() {
    const std::uint32_t high = take16();
    return high << 16 | take16();
  }
  // Bytes that are not there: cut by the capture if the message is longer, wrong if it is not.
  Step run_out() { return fail_with(DecodeError::BadRecord, wire_size_ > bytes_.size()); }
  Step fail_with(DecodeError error, bool only_cut = false) {
    error_ = error;
    return only_cut ? Step::Cut : Step::Failed;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t wire_size_;
  std::size_t offset_ = 0;
  std::uint16_t question_count_ = 0;
  std::uint16_t answer_count_ = 0;
  std::uint16_t authority_count_ = 0;
  std::uint16_t additional_count_ = 0;
  Message message_;
  DecodeError error_ = DecodeError::TooShort;
};

bool Reader::read_header() {
  if (!has(header_size)) {
    error_ = DecodeError::TooShort;
    return false;
  }
  message_.id = take16();
  const std::uint16_t flags = take16();
  message_.response = (flags & 0x8000) != 0;
  message_.opcode = static_cast<std::uint8_t>(flags >> 11 & 0xf);
  message_.authoritative = (flags & 0x0400) != 0;
  message_.truncated = (flags & 0x0200) != 0;
  message_.recursion_desired = (flags & 0x0100) != 0;
  message_.recursion_available = (flags & 0x0080) != 0;
  message_.authentic_data = (flags & 0x0020) != 0;
  message_.checking_disabled = (flags & 0x0010) != 0;
  message_.rcode = flags & 0xf;
  question_count_ = take16();
  answer_count_ = take16();
  authority_count_ = take16();
  additional_count_ = take16();
  // Opcodes 3 and 7 to 15 are unassigned (IANA). No message is smaller than its counts make it.
  const bool opcode_known = message_.opcode <= 6 && message_.opcode != 3;
  const std::size_t records = std::size_t{answer_count_} + authority_count_ + additional_count_;
  const std::size_t least = header_size + question_count_ * min_question_size + records * min_record_size;
  error_ = DecodeError::NotDns;
  return opcode_known && least <= std::max(wire_size_, bytes_.size());
}

Step Reader::read_name_into(Name* name) {
  const NameStatus status = read_name(bytes_, offset_, name);
  return status == NameStatus::Cut ? run_out() : step_of(status);
}

// A name in RDATA: all of that was captured, so that a name which does not end there is wrong, not cut.
Step Reader::read_data_name(Name& name, std::size_t end) {
  const NameStatus status = read_name(bytes_.first(end), offset_, &name);
  return status == NameStatus::Cut ? fail_with(DecodeError::BadRecord) : step_of(status);
}

Step Reader::step_of(NameStatus status) {
  if (status == NameStatus::Ok) return Step::Ok;
  return fail_with(status == NameStatus::BadPointer ? DecodeError::BadPointer : DecodeError::BadName);
}

Step Reader::read_questions() {
  for (std::uint16_t i = 0; i < question_count_; ++i) {
    Question question;
    if (const Step step = read_name_into(&question.name); step != Step::Ok) return step;
    if (!has(4)) return run_out();
    question.type = take16();
    question.klass = take16();
    message_.questions.push_back(std::move(question));
  }
  return Step::Ok;
}

void Reader::add_address(Record& record, std::size_t offset, std::size_t size) const {
  IpAddress& address = record.addresses.emplace_back();
  address.version = size == 4 ? IpVersion::V4 : IpVersion::V6;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), size, address.bytes.begin());
}

Step Reader::read_addresses(Record& record, std::size_t end) {
  const std::size_t size = record.type == type::A ? 4 : 16;
  if (end - offset_ != size) return fail_with(DecodeError::BadRecord);
  add_address(record, offset_, size);
  return Step::Ok;
}

Step Reader::read_target(Record& record, std::size_t end) {
  if (record.type == type::SRV) {  // RFC 2782: priority, weight and port stand before the target
    if (end - offset_ < 6) return fail_with(DecodeError::BadRecord);
    offset_ += 6;
  }
  if (const Step step = read_data_name(record.target, end); step != Step::Ok) return step;
  return offset_ == end ? Step::Ok : fail_with(DecodeError::BadRecord);
}

// RFC 9460 section 2.2: priority, target, then parameters of a key, a length and a value each.
Step Reader::read_hints(Record& record, std::size_t end) {
  constexpr std::uint16_t ipv4hint = 4;
  constexpr std::uint16_t ipv6hint = 6;
  if (end - offset_ < 2) return fail_with(DecodeError::BadRecord);
  offset_ += 2;
  if (const Step step = read_data_name(record.target, end); step != Step::Ok) return step;
  while (offset_ + 4 <= end) {
    const std::uint16_t key = take16();
    const std::size_t length = take16();
    if (length > end - offset_) return fail_with(DecodeError::BadRecord);
    const std::size_t size = key == ipv4hint ? 4 : key == ipv6hint ? 16 : 0;
    if (size != 0)
      for (std::size_t at = 0; at + size <= length; at += size) add_address(record, offset_ + at, size);
    offset_ += length;
  }
  return offset_ == end ? Step::Ok : fail_with(DecodeError::BadRecord);
}

Step Reader::read_data(Record& record, std::size_t end) {
  switch (record.type) {
    case type::A:
    case type::AAAA:
      return read_addresses(record, end);
    case type::CNAME:
    case type::DNAME:
    case type::NS:
    case type::PTR:
    case type::SRV:
      return read_target(record, end);
    case type::SVCB:
    case type::HTTPS:
      return read_hints(record, end);
    default:
      return Step::Ok;
  }
}

Step Reader::read_record(Record& record) {
  if (const Step step = read_name_into(&record.owner); step != Step::Ok) return step;
  if (!has(10)) return run_out();
  record.type = take16();
  record.klass = take16();
  record.ttl = take32();
  if ((record.ttl & 0x80000000U) != 0) record.ttl = 0;
  const std::size_t length = take16();
  if (!has(length)) return run_out();
  const std::size_t end = offset_ + length;
  const Step step = record.klass == class_in ? read_data(record, end) : Step::Ok;
  offset_ = end;
  return step;
}

Step Reader::read_answers() {
  // As many as there can be in what was captured: the count alone is only a claim.
  message_.answers.reserve(std::min<std::size_t>(answer_count_, (bytes_.size() - offset_) / min_record_size));
  for (std::uint16_t i = 0; i < answer_count_; ++i) {
    Record record;
    if (const Step step = read_record(record); step != Step::Ok) return step;
    message_.answers.push_back(std::move(record));
  }
  return Step::Ok;
}

Step Reader::skip_records(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (const Step step = read_name_into(nullptr); step != Step::Ok) return step;
    if (!has(10)) return run_out();
    offset_ += 8;
    const std::size_t length = take16();
    if (!has(length)) return run_out();
    offset_ += length;
  }
  return Step::Ok;
}

// RFC 6891 section 6.1: the OPT record is somewhere in the additional section, only once; its owner is the root.
Step Reader::read_edns() {
  if (const Step step = skip_records(authority_count_); step != Step::Ok) return step;
  for (std::uint16_t i = 0; i < additional_count_; ++i) {
    std::size_t at = offset_;
    if (const Step step = skip_records(1); step != Step::Ok) return step;
    if (bytes_[at++] != 0 || peek16(at) != type::OPT) continue;
    message_.edns_udp_size = peek16(at + 2);
    message_.rcode = static_cast<std::uint16_t>(bytes_[at + 4] << 4 | message_.rcode);
    message_.edns_do = (bytes_[at + 6] & 0x80) != 0;
    break;
  }
  return Step::Ok;
}

Decoded Reader::decode() {
  if (!read_header()) return {std::nullopt, error_};
  message_.size = static_cast<std::uint32_t>(wire_size_);
  Step step = read_questions();
  if (step == Step::Ok) step = read_answers();
  if (step == Step::Failed) return {std::nullopt, error_};
  // What stands behind the answers credits nothing: a fault there costs only the EDNS fields.
  if (step == Step::Ok) step = read_edns();
  message_.cut = wire_size_ > bytes_.size();
  return {std::move(message_), error_};
}

}  // namespace

Decoded decode(std::span<const std::uint8_t> bytes, std::size_t wire_size) { return Reader(bytes, wire_size).decode(); }

}  // namespace cnamedrop::dns
