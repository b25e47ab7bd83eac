// SPDX-License-Identifier: Apache-2.0
// A decoded DNS message (RFC 1035, EDNS of RFC 6891). Decoding keeps what FQDN policies look at (names, types, TTLs,
// addresses, aliases) and skips the rest by length. It never trusts a byte: see decode().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dns/ip_address.h"

namespace cnamedrop::dns {

// Names are kept in one canonical form: lower-case ASCII, a final dot, bytes that RFC 1035 section 5.1 wants escaped
// written as \. \\ \" or \DDD. Two names are the same name exactly when the strings are equal. The root is ".".
using Name = std::string;

namespace type {  // RR types (IANA registry) that the program names; any other number is carried as it is.
inline constexpr std::uint16_t A = 1;
inline constexpr std::uint16_t NS = 2;
inline constexpr std::uint16_t CNAME = 5;
inline constexpr std::uint16_t SOA = 6;
inline constexpr std::uint16_t PTR = 12;
inline constexpr std::uint16_t MX = 15;
inline constexpr std::uint16_t TXT = 16;
inline constexpr std::uint16_t AAAA = 28;
inline constexpr std::uint16_t SRV = 33;
inline constexpr std::uint16_t DNAME = 39;
inline constexpr std::uint16_t OPT = 41;
inline constexpr std::uint16_t SVCB = 64;
inline constexpr std::uint16_t HTTPS = 65;
inline constexpr std::uint16_t ANY = 255;
}  // namespace type

namespace rcode {
inline constexpr std::uint16_t NOERROR = 0;
inline constexpr std::uint16_t SERVFAIL = 2;
inline constexpr std::uint16_t NXDOMAIN = 3;
inline constexpr std::uint16_t REFUSED = 5;
}  // namespace rcode

inline constexpr std::uint16_t class_in = 1;

struct Question {
  Name name;
  std::uint16_t type = 0;
  std::uint16_t klass = 0;

  bool operator==(const Question&) const = default;
};

// One resource record of the answer section. Which of the last three fields is filled depends on the type:
// A and AAAA fill addresses with one; SVCB and HTTPS with their ipv4hint and ipv6hint (RFC 9460), and target;
// CNAME, DNAME, NS, PTR, SRV fill target; all others neither.
struct Record {
  Name owner;
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0;  // seconds; a value with the top bit set is read as 0 (RFC 2181 section 8)
  std::vector<IpAddress> addresses;
  Name target;

  bool operator==(const Record&) const = default;
};

struct Message {
  std::uint16_t id = 0;
  bool response = false;  // QR
  std::uint8_t opcode = 0;
  bool authoritative = false;        // AA
  bool truncated = false;            // TC: the sender cut the message; ask again over TCP
  bool recursion_desired = false;    // RD
  bool recursion_available = false;  // RA
  bool checking_disabled = false;    // CD
  bool authentic_data = false;       // AD
  std::uint16_t rcode = 0;           // with the EDNS extension bits where an OPT record is present
  std::vector<Question> questions;
  std::vector<Record> answers;  // answer section only: policies ignore authority and additional
  std::optional<std::uint16_t> edns_udp_size;
  bool edns_do = false;
  std::uint32_t size = 0;  // bytes of the message on the wire
  bool cut = false;        // the capture holds only a part; questions and answers are what could be read

  bool operator==(const Message&) const = default;
};

// Why a message could not be decoded; each is counted under its own name.
enum class DecodeError : std::uint8_t {
  TooShort,    // less than the 12 byte header
  NotDns,      // header cannot be DNS: unassigned opcode, or counts that the size cannot hold
  BadName,     // label over 63, name over 255, a reserved label type
  BadPointer,  // compression pointer that does not point backwards, or too many hops
  BadRecord,   // a record or RDATA that runs over the end, or an A/AAAA of the wrong length
};
inline constexpr std::size_t decode_error_count = 5;
std::string_view to_string(DecodeError error);

struct Decoded {
  std::optional<Message> message;
  DecodeError error = DecodeError::TooShort;  // meaningful only without a message
};

// Decodes one message (for TCP: without the two length bytes). wire_size is the message's true size in bytes; when it
// is larger than bytes.size() the capture was cut, what could be read is returned and Message::cut is set. Bytes behind
// the last record are tolerated. Work and memory are linear in bytes.size(), whatever the bytes are.
Decoded decode(std::span<const std::uint8_t> bytes, std::size_t wire_size);

// "A", "HTTPS"...; "TYPE65280" (RFC 3597) for numbers without a name here. rr_type_from_string reads both.
std::string rr_type_to_string(std::uint16_t type);
std::optional<std::uint16_t> rr_type_from_string(std::string_view text);

// "NOERROR", "NXDOMAIN"...; "RCODE17" for numbers without a name here. rcode_from_string reads both.
std::string rcode_to_string(std::uint16_t rcode);
std::optional<std::uint16_t> rcode_from_string(std::string_view text);

// Brings a name typed by a user ("Login.X.com") into the canonical form; nothing if it is not a legal name.
std::optional<Name> canonical_name(std::string_view text);

// "login.x.com" for "login.x.com.": names as sentences and policies have them. The root keeps its dot.
std::string_view short_name(std::string_view name);

}  // namespace cnamedrop::dns
