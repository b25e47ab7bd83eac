// SPDX-License-Identifier: Apache-2.0
// What the numbers in a message are called: one table each, read in both directions.
#include "dns/message.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

namespace cnamedrop::dns {
namespace {

struct NamedNumber {
  std::string_view name;
  std::uint16_t number;
};

// IANA, "Domain Name System (DNS) Parameters": the types that are met in the wild.
constexpr NamedNumber rr_types[] = {
    {"A", 1},       {"NS", 2},     {"CNAME", 5}, {"SOA", 6},    {"PTR", 12},   {"HINFO", 13},
    {"MX", 15},     {"TXT", 16},   {"AAAA", 28}, {"LOC", 29},   {"SRV", 33},   {"NAPTR", 35},
    {"DNAME", 39},  {"OPT", 41},   {"DS", 43},   {"SSHFP", 44}, {"RRSIG", 46}, {"NSEC", 47},
    {"DNSKEY", 48}, {"NSEC3", 50}, {"TLSA", 52}, {"SVCB", 64},  {"HTTPS", 65}, {"SPF", 99},
    {"IXFR", 251},  {"AXFR", 252}, {"ANY", 255}, {"URI", 256},  {"CAA", 257},
};

constexpr NamedNumber rcodes[] = {
    {"NOERROR", 0},  {"FORMERR", 1},  {"SERVFAIL", 2},   {"NXDOMAIN", 3}, {"NOTIMP", 4},
    {"REFUSED", 5},  {"YXDOMAIN", 6}, {"YXRRSET", 7},    {"NXRRSET", 8},  {"NOTAUTH", 9},
    {"NOTZONE", 10}, {"BADVERS", 16}, {"BADCOOKIE", 23},
};

template <std::size_t N>
std::string name_of(const NamedNumber (&table)[N], std::uint16_t number, std::string_view prefix) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [number](const NamedNumber& entry) { return entry.number == number; });
  if (found != std::end(table)) return std::string(found->name);
  std::string name(prefix);
  name += std::to_string(number);
  return name;
}

template <std::size_t N>
std::optional<std::uint16_t> number_of(const NamedNumber (&table)[N], std::string_view text, std::string_view prefix) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&upper](const NamedNumber& entry) { return entry.name == upper; });
  if (found != std::end(table)) return found->number;
  if (!upper.starts_with(prefix) || upper.size() == prefix.size()) return std::nullopt;
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(upper.data() + prefix.size(), upper.data() + upper.size(), number);
  if (error != std::errc() || end != upper.data() + upper.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string rr_type_to_string(std::uint16_t type) { return name_of(rr_types, type, "TYPE"); }

std::optional<std::uint16_t> rr_type_from_string(std::string_view text) { return number_of(rr_types, text, "TYPE"); }

std::string rcode_to_string(std::uint16_t rcode) { return name_of(rcodes, rcode, "RCODE"); }

std::optional<std::uint16_t> rcode_from_string(std::string_view text) { return number_of(rcodes, text, "RCODE"); }

std::string_view to_string(DecodeError error) {
  switch (error) {
    case DecodeError::TooShort:
      return "too_short";
    case DecodeError::NotDns:
      return "not_dns";
    case DecodeError::BadName:
      return "bad_name";
    case DecodeError::BadPointer:
      return "bad_pointer";
    case DecodeError::BadRecord:
      return "bad_record";
  }
  return "unknown";
}

}  // namespace cnamedrop::dns
