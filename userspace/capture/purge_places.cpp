// SPDX-License-Identifier: Apache-2.0
// One pass over /proc/kallsyms, and another one where a function stands in a module: there the order is any.
#include "capture/purge_places.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>
#include <string_view>

#include "capture/kernel_symbols.h"
#include "capture/purge_rules.h"

namespace cnamedrop::capture {
namespace {

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

struct Place {
  const char* purpose;  // several functions may serve one: kernels differ in which they have
  std::string_view function;
  purge_rule rule;
  bool Features::*replaced_by;  // the kernel tells what the place is a guess at
  bool Features::*needs;
};

constexpr Place places[] = {
    {"udp_sockets", "udp_destruct_common", PURGE_ALWAYS, nullptr, nullptr},
    {"udp_sockets", "udp_destruct_sock", PURGE_ALWAYS, nullptr, nullptr},
    {"udp_sockets", "udpv6_destruct_sock", PURGE_ALWAYS, nullptr, nullptr},
    {"other_sockets", "inet_sock_destruct", PURGE_ALWAYS, nullptr, nullptr},
    {"queues_of_sockets", "skb_queue_purge", PURGE_ALWAYS, nullptr, nullptr},
    {"queues_of_sockets", "skb_queue_purge_reason", PURGE_ALWAYS, nullptr, nullptr},
    {"reassembled_datagrams", "skb_release_data", PURGE_WITHOUT_REASON, nullptr, nullptr},
    // Without a reason for anything, these two would hide what a filter of the socket drops.
    {"ended_connections", "tcp_v4_rcv", PURGE_WITHOUT_REASON, &Features::rx_socket, &Features::drop_reason},
    {"ended_connections", "tcp_v6_rcv", PURGE_WITHOUT_REASON, &Features::rx_socket, &Features::drop_reason},
    {"packet_captures", "packet_rcv", PURGE_WITHOUT_REASON, &Features::rx_socket, nullptr},
    {"packet_captures", "packet_rcv_spkt", PURGE_WITHOUT_REASON, &Features::rx_socket, nullptr},
    {"packet_captures", "tpacket_rcv", PURGE_WITHOUT_REASON, &Features::rx_socket, nullptr},
};

bool is_used(const Place& place, const Features& features) {
  return (place.replaced_by == nullptr || !(features.*place.replaced_by)) &&
         (place.needs == nullptr || features.*place.needs);
}

// Compilers split functions and name the parts udp_destruct_common.cold, .part.0, .isra.0, .constprop.0.
bool is_part_of(std::string_view symbol, std::string_view function) {
  return symbol.starts_with(function) && (symbol.size() == function.size() || symbol[function.size()] == '.');
}

const Place* place_of(std::string_view symbol, const Features& features) {
  for (const Place& place : places)
    if (is_part_of(symbol, place.function) && is_used(place, features)) return &place;
  return nullptr;
}

struct Found {
  purge_range range;
  bool in_module = false;
};

// A function ends where the next symbol begins.
void end_before(Found& found, std::uint64_t address) {
  if (address > found.range.begin) found.range.end = std::min<std::uint64_t>(found.range.end, address);
}

}  // namespace

PurgePlaces PurgePlaces::read(const Features& features, const std::string& kallsyms) {
  std::vector<Found> found;
  std::set<std::string_view> on;
  std::string line;
  std::ifstream file(kallsyms);
  std::size_t open = 0;  // of those before, the end is known
  while (std::getline(file, line)) {
    const std::optional<KernelSymbol> symbol = parse_kernel_symbol(line);
    if (!symbol || symbol->address == 0) continue;
    for (std::size_t i = open; i < found.size(); ++i) end_before(found[i], symbol->address);
    while (open < found.size() && found[open].range.end != no_end && !found[open].in_module) ++open;
    const Place* place = place_of(symbol->name, features);
    if (place == nullptr || found.size() == MAX_PURGE_RANGES) continue;
    found.push_back({{symbol->address, no_end, static_cast<__u32>(place->rule), 0}, symbol->in_module});
    on.insert(place->purpose);
  }
  if (std::any_of(found.begin(), found.end(), [](const Found& one) { return one.in_module; })) {
    std::ifstream again(kallsyms);
    while (std::getline(again, line))
      if (const std::optional<KernelSymbol> symbol = parse_kernel_symbol(line); symbol && symbol->in_module)
        for (Found& one : found)
          if (one.in_module) end_before(one, symbol->address);
  }
  PurgePlaces result;
  for (const Found& one : found) result.ranges_.push_back(one.range);
  std::sort(result.ranges_.begin(), result.ranges_.end(),
            [](const purge_range& a, const purge_range& b) { return a.begin < b.begin; });
  for (const Place& place : places)
    if (is_used(place, features) && on.insert(place.purpose).second) result.off_.emplace_back(place.purpose);
  return result;
}

bool PurgePlaces::is_purge(const events::Dropped& drop) const {
  const auto above = std::upper_bound(ranges_.begin(), ranges_.end(), drop.location,
                                      [](std::uint64_t at, const purge_range& range) { return at < range.begin; });
  if (above == ranges_.begin()) return false;
  const purge_range& range = *std::prev(above);
  if (drop.location >= range.end) return false;
  return range.rule == PURGE_ALWAYS || !drop.reason_number || drop.reason == "SKB_DROP_REASON_NOT_SPECIFIED";
}

std::vector<std::string> purge_rules_off(const Features& features) { return PurgePlaces::read(features).off(); }

}  // namespace cnamedrop::capture
