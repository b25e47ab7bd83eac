// SPDX-License-Identifier: Apache-2.0
// Line by line, as net/ipv4/fib_trie.c and net/ipv6/addrconf.c print them.
#include "capture/pod_addresses.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace cnamedrop::capture {
namespace {

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::optional<dns::IpAddress> parse_hex_address(std::string_view digits) {
  constexpr std::size_t hex_digits = 32;
  if (digits.size() < hex_digits) return std::nullopt;
  dns::IpAddress address;
  address.version = dns::IpVersion::V6;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const char* const first = digits.data() + 2 * i;
    if (std::from_chars(first, first + 2, address.bytes[i], 16).ptr != first + 2) return std::nullopt;
  }
  return address;
}

void add(std::vector<dns::IpAddress>& addresses, const dns::IpAddress& address) {
  if (addresses.size() >= max_addresses_of_a_namespace || !is_of_one_namespace(address)) return;
  if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

bool is_of_one_namespace(const dns::IpAddress& address) {
  const auto& b = address.bytes;
  if (address.version == dns::IpVersion::V4)
    return b[0] != 0 && b[0] != 127 && b[0] < 224 && !(b[0] == 169 && b[1] == 254);
  const bool link_local = b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
  const bool none_or_loopback = std::all_of(b.begin(), b.end() - 1, [](std::uint8_t byte) { return byte == 0; });
  return b[0] != 0xff && !link_local && !none_or_loopback;
}

// "     |-- 10.244.1.2" and behind it "        /32 host LOCAL".
std::vector<dns::IpAddress> parse_fib_trie(std::string_view text) {
  std::vector<dns::IpAddress> addresses;
  std::optional<dns::IpAddress> last;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    constexpr std::string_view leaf = "|-- ";
    if (const std::size_t at = line.find(leaf); at != std::string_view::npos)
      last = dns::parse_ip(line.substr(at + leaf.size()));
    else if (last && line.find("/32 host LOCAL") != std::string_view::npos)
      add(addresses, *last);
  }
  return addresses;
}

// "fd000244000100000000000000000002 02 40 00 80     eth0": address, index, prefix, scope, flags, name.
std::vector<dns::IpAddress> parse_if_inet6(std::string_view text) {
  std::vector<dns::IpAddress> addresses;
  while (!text.empty())
    if (const std::optional<dns::IpAddress> address = parse_hex_address(next_line(text))) add(addresses, *address);
  return addresses;
}

std::vector<dns::IpAddress> addresses_of_process(const std::filesystem::path& proc, unsigned pid) {
  const std::filesystem::path net = proc / std::to_string(pid) / "net";
  std::vector<dns::IpAddress> addresses = parse_fib_trie(read_text(net / "fib_trie"));
  const std::vector<dns::IpAddress> sixes = parse_if_inet6(read_text(net / "if_inet6"));
  addresses.insert(addresses.end(), sixes.begin(), sixes.end());
  return addresses;
}

}  // namespace cnamedrop::capture
