// SPDX-License-Identifier: Apache-2.0
// Writes DNS messages byte by byte, as a resolver does. Knows no rules: a test may build what no resolver sends.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"

namespace cnamedrop::dns {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint16_t query_flags = 0x0100;     // RD
inline constexpr std::uint16_t response_flags = 0x8180;  // QR, RD, RA
inline constexpr std::uint16_t first_name = 12;          // where the first question's name stands

class MessageBuilder {
 public:
  explicit MessageBuilder(std::uint16_t id, std::uint16_t flags = response_flags) : bytes_(12) {
    put16_at(0, id);
    put16_at(2, flags);
  }

  MessageBuilder& question(std::string_view name, std::uint16_t rr_type, std::uint16_t klass = class_in) {
    return count(4).name(name).u16(rr_type).u16(klass);
  }
  MessageBuilder& a(std::string_view owner, std::uint32_t ttl, std::string_view ip) {
    return count(6).name(owner).head(type::A, ttl, 4).address(ip);
  }
  MessageBuilder& aaaa(std::string_view owner, std::uint32_t ttl, std::string_view ip) {
    return count(6).name(owner).head(type::AAAA, ttl, 16).address(ip);
  }
  MessageBuilder& cname(std::string_view owner, std::uint32_t ttl, std::string_view target) {
    return count(6).name(owner).head(type::CNAME, ttl, wire_size(target)).name(target);
  }
  // What follows is the data, of the given size.
  MessageBuilder& answer(std::string_view owner, std::uint16_t rr_type, std::uint16_t data_size,
                         std::uint16_t klass = class_in) {
    return count(6).name(owner).head(rr_type, 60, data_size, klass);
  }
  // As answer(), the owner being a pointer to the first question.
  MessageBuilder& answer_to_question(std::uint16_t rr_type, std::uint16_t data_size) {
    return count(6).pointer(first_name).head(rr_type, 60, data_size);
  }
  MessageBuilder& authority(std::string_view owner, std::uint16_t rr_type, std::uint16_t data_size) {
    return count(8).name(owner).head(rr_type, 60, data_size);
  }
  MessageBuilder& additional(std::string_view owner, std::uint16_t rr_type, std::uint16_t data_size) {
    return count(10).name(owner).head(rr_type, 60, data_size);
  }
  MessageBuilder& edns(std::uint16_t udp_size, std::uint8_t extended_rcode, bool dnssec_ok) {
    count(10).u8(0).u16(type::OPT).u16(udp_size);
    return u8(extended_rcode).u8(0).u16(dnssec_ok ? 0x8000 : 0).u16(0);
  }

  // The text is split at each dot; no escapes. "" is the root.
  MessageBuilder& name(std::string_view text) {
    while (!text.empty()) {
      const std::string_view label = text.substr(0, text.find('.'));
      u8(static_cast<std::uint8_t>(label.size()));
      bytes_.insert(bytes_.end(), label.begin(), label.end());
      text.remove_prefix(label.size() == text.size() ? label.size() : label.size() + 1);
    }
    return u8(0);
  }
  MessageBuilder& pointer(std::uint16_t offset) { return u16(static_cast<std::uint16_t>(0xc000 | offset)); }
  MessageBuilder& address(std::string_view text) {
    const IpAddress ip = parse_ip(text).value();
    bytes_.insert(bytes_.end(), ip.bytes.begin(), ip.bytes.begin() + (ip.version == IpVersion::V4 ? 4 : 16));
    return *this;
  }
  MessageBuilder& u8(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  MessageBuilder& u16(std::uint16_t value) { return u8(static_cast<std::uint8_t>(value >> 8)).u8(low_byte(value)); }
  MessageBuilder& raw(const Bytes& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // Overwrites a count of the header: 4 questions, 6 answers, 8 authorities, 10 additionals.
  MessageBuilder& claim(std::size_t count_offset, std::uint16_t value) {
    put16_at(count_offset, value);
    return *this;
  }

  std::uint16_t size() const { return static_cast<std::uint16_t>(bytes_.size()); }
  const Bytes& bytes() const { return bytes_; }

 private:
  // A record's type, class, TTL and RDLENGTH.
  MessageBuilder& head(std::uint16_t rr_type, std::uint32_t ttl, std::size_t data_size,
                       std::uint16_t klass = class_in) {
    u16(rr_type).u16(klass).u16(static_cast<std::uint16_t>(ttl >> 16)).u16(ttl & 0xffff);
    return u16(static_cast<std::uint16_t>(data_size));
  }
  MessageBuilder& count(std::size_t offset) {
    const int counted = bytes_[offset] << 8 | bytes_[offset + 1];
    return claim(offset, static_cast<std::uint16_t>(counted + 1));
  }
  void put16_at(std::size_t offset, std::uint16_t value) {
    bytes_[offset] = static_cast<std::uint8_t>(value >> 8);
    bytes_[offset + 1] = low_byte(value);
  }
  static std::uint8_t low_byte(std::uint16_t value) { return static_cast<std::uint8_t>(value & 0xff); }
  static std::size_t wire_size(std::string_view name) { return name.empty() ? 1 : name.size() + 2; }

  Bytes bytes_;
};

inline Decoded decode(const MessageBuilder& message) { return decode(message.bytes(), message.bytes().size()); }

}  // namespace cnamedrop::dns
