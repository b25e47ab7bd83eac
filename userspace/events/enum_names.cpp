// SPDX-License-Identifier: Apache-2.0
// The IP protocols by name (IANA registry), spelt as Hubble spells them.
#include "events/enum_names.h"

#include <charconv>

namespace cnamedrop::events {
namespace {

struct ProtocolName {
  std::uint8_t number;
  std::string_view name;
};

constexpr std::array<ProtocolName, 5> protocol_names{{{protocol::TCP, "TCP"},
                                                      {protocol::UDP, "UDP"},
                                                      {protocol::ICMP, "ICMPv4"},
                                                      {protocol::ICMPV6, "ICMPv6"},
                                                      {protocol::SCTP, "SCTP"}}};

}  // namespace

std::string protocol_to_string(std::uint8_t number) {
  for (const ProtocolName& known : protocol_names) {
    if (known.number == number) return std::string(known.name);
  }
  return std::to_string(number);
}

std::optional<std::uint8_t> protocol_from_string(std::string_view text) {
  for (const ProtocolName& known : protocol_names) {
    if (known.name == text) return known.number;
  }
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace cnamedrop::events
