// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address as a value. Not a socket address: ports stand in Endpoint.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cnamedrop::dns {

enum class IpVersion : std::uint8_t { V4 = 4, V6 = 6 };

// Bytes are in network order; an IPv4 address uses the first four, the rest are zero. Ordered and hashable.
struct IpAddress {
  IpVersion version = IpVersion::V4;
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const IpAddress&) const = default;
};

// An address with a transport port (host byte order).
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
};

// 127.0.0.0/8 or ::1.
bool is_loopback(const IpAddress& address);

// Text form of inet_ntop(3): dotted quad, or RFC 5952.
std::string to_string(const IpAddress& address);

// Reads what to_string writes; nothing for any other text.
std::optional<IpAddress> parse_ip(std::string_view text);

struct IpAddressHash {
  std::size_t operator()(const IpAddress& address) const noexcept;
};

}  // namespace cnamedrop::dns
