// SPDX-License-Identifier: Apache-2.0
// Which events a person wants to see. Filters work as those of `hubble observe`: values of one filter are alternatives,
// different filters must all hold, and an event without what a filter asks for does not pass it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "policy/name_pattern.h"
#include "types/result.h"

namespace cnamedrop::observe {

// The first `bits` bits of address; all of them for a single address.
struct AddressRange {
  dns::IpAddress address;
  unsigned bits = 0;

  bool contains(const dns::IpAddress& other) const;
};

// "10.0.0.0/8", "fd00::/8", or an address alone.
Result<AddressRange> parse_address_range(std::string_view text);

// A pod by the beginning of its name.
struct PodPrefix {
  std::optional<std::string> namespace_name;  // without one: in any namespace
  std::string name;
};

// "NAME" or "NAMESPACE/NAME"; NAME is a prefix and may be empty.
PodPrefix parse_pod_prefix(std::string_view text);

// The types of events by their names in the event file; in the order of Observation::what.
inline constexpr std::string_view type_names[] = {"start", "pod", "dns", "drop", "lost", "stop"};
std::string_view type_of(const events::Event& event);

// Each empty list lets everything pass.
struct Filter {
  std::vector<PodPrefix> pods;
  std::vector<std::string> types;
  std::vector<events::CauseKind> causes;
  std::vector<policy::NamePattern> to_names;  // what a question asks for; what a dropped packet's address is known as
  std::vector<AddressRange> to_addresses;     // of the packet's destination, or what it was before DNAT
  std::vector<std::uint16_t> to_ports;        // likewise
  std::vector<std::uint8_t> protocols;
  std::vector<std::string> drop_reasons;  // names without SKB_DROP_REASON_, in upper case
  std::vector<std::uint16_t> qtypes;
  std::vector<std::uint16_t> rcodes;  // of answers
  std::optional<Time> since;          // both included
  std::optional<Time> until;

  bool passes(const events::Event& event) const;

  // Asks for nothing: every event passes.
  bool empty() const;
};

}  // namespace cnamedrop::observe
