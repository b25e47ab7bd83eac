// SPDX-License-Identifier: Apache-2.0
// What the enums and protocol numbers of an event are called in the event file and on the command line: one table each,
// read in both directions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"

namespace cnamedrop::events {

// names: one for each enumerator, in their order; "" for one that is not written.
template <typename Enum>
struct EnumNames;

template <>
struct EnumNames<Direction> {
  static constexpr std::array<std::string_view, 2> names{"EGRESS", "INGRESS"};
};

template <>
struct EnumNames<AttributedBy> {
  static constexpr std::array<std::string_view, 7> names{"socket",        "rx_socket", "local_endpoint", "conntrack",
                                                         "inner_headers", "netns",     "address"};
};

template <>
struct EnumNames<OpenedBy> {
  static constexpr std::array<std::string_view, 3> names{"", "pod", "remote"};
};

template <>
struct EnumNames<NetnsOf> {
  static constexpr std::array<std::string_view, 4> names{"", "pod", "host", "other"};
};

template <>
struct EnumNames<CauseKind> {
  static constexpr std::array<std::string_view, 19> names{
      "closing",       "host",        "dns_dropped",    "inbound",    "denied_by_rule", "allowed_by_rule",
      "no_dns_rule",   "not_learned", "too_fresh",      "over_limit", "port_mismatch",  "allowed_by_name",
      "search_suffix", "cname_only",  "selects_target", "near_miss",  "name_mismatch",  "expired",
      "learned"};
};

template <>
struct EnumNames<ChaseHow> {
  static constexpr std::array<std::string_view, 2> names{"asked", "cached"};
};

template <typename Enum>
concept NamedEnum = requires {
  EnumNames<Enum>::names.size();
};

template <NamedEnum Enum>
constexpr std::string_view to_string(Enum value) {
  return EnumNames<Enum>::names[static_cast<std::size_t>(value)];
}

// Nothing for a text that names no enumerator.
template <NamedEnum Enum>
constexpr std::optional<Enum> from_string(std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (std::size_t i = 0; i < EnumNames<Enum>::names.size(); ++i) {
    if (EnumNames<Enum>::names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// By bit, as in Dropped::tcp_flags (RFC 9293 section 3.1; ECE and CWR of RFC 3168).
inline constexpr std::array<std::string_view, 8> tcp_flag_names{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

// "TCP", "UDP", "ICMPv4", "ICMPv6", "SCTP"; the number for any other IP protocol. protocol_from_string reads both.
std::string protocol_to_string(std::uint8_t number);
std::optional<std::uint8_t> protocol_from_string(std::string_view text);

}  // namespace cnamedrop::events
