// SPDX-License-Identifier: Apache-2.0
#include "policy/cidr.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace cnamedrop::policy {
namespace {

unsigned width(dns::IpVersion version) { return version == dns::IpVersion::V4 ? 32 : 128; }

}  // namespace

bool Cidr::contains(const dns::IpAddress& address) const {
  if (address.version != network.version) return false;
  const std::size_t whole = bits / 8;
  if (!std::equal(network.bytes.begin(), network.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> rest);
  return (network.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<dns::IpAddress> network = dns::parse_ip(text.substr(0, slash));
  if (!network) return std::nullopt;
  Cidr cidr{*network, width(network->version)};
  if (slash == std::string_view::npos) return cidr;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + slash + 1, end, cidr.bits);
  if (error != std::errc{} || at != end || cidr.bits > width(network->version)) return std::nullopt;
  return cidr;
}

bool may_be_in_cluster(const dns::IpAddress& address) {
  static const std::array<Cidr, 10> ranges = {
      *parse_cidr("10.0.0.0/8"),    *parse_cidr("172.16.0.0/12"), *parse_cidr("192.168.0.0/16"),
      *parse_cidr("100.64.0.0/10"), *parse_cidr("127.0.0.0/8"),   *parse_cidr("169.254.0.0/16"),
      *parse_cidr("fc00::/7"),      *parse_cidr("fe80::/10"),     *parse_cidr("::1/128"),
      *parse_cidr("::ffff:0:0/96"),
  };
  return std::any_of(ranges.begin(), ranges.end(), [&](const Cidr& range) { return range.contains(address); });
}

}  // namespace cnamedrop::policy
