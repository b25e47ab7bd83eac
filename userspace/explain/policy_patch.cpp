// SPDX-License-Identifier: Apache-2.0
// Written by hand, since the names are plain by then: nothing in it needs quoting but ports.
#include "explain/policy_patch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "events/enum_names.h"

namespace cnamedrop::explain {
namespace {

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
}

// Protocol and port of each remote that has one, once.
std::set<std::pair<std::uint8_t, std::uint16_t>> ports_of(const Tally<Remote>& remotes) {
  std::set<std::pair<std::uint8_t, std::uint16_t>> ports;
  for (const auto& [remote, packets] : remotes.packets)
    if (events::has_ports(remote.protocol)) ports.emplace(remote.protocol, remote.endpoint.port);
  return ports;
}

std::string match_names(const std::set<dns::Name>& names, const char* indent) {
  std::string lines;
  for (const dns::Name& name : names)
    if (is_selectable(name))
      lines += std::string(indent) + "- matchName: \"" + std::string(dns::short_name(name)) + "\"\n";
  return lines;
}

}  // namespace

bool is_selectable(const dns::Name& name) {
  return name.size() > 1 && std::all_of(name.begin(), name.end(), is_name_byte);
}

std::string egress_rule(const std::set<dns::Name>& names, const Tally<Remote>& remotes) {
  const std::string selectors = match_names(names, "        ");
  const auto ports = ports_of(remotes);
  if (selectors.empty() || ports.empty()) return "";
  std::string rule = "spec:\n  egress:\n    - toFQDNs:\n" + selectors + "      toPorts:\n        - ports:\n";
  for (const auto& [protocol, port] : ports)
    rule += "            - port: \"" + std::to_string(port) +
            "\"\n              protocol: " + events::protocol_to_string(protocol) + "\n";
  return rule;
}

std::string dns_rules(const std::set<dns::Name>& names) {
  const std::string selectors = match_names(names, "    ");
  return selectors.empty() ? "" : "rules:\n  dns:\n" + selectors;
}

}  // namespace cnamedrop::explain
