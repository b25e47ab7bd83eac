// SPDX-License-Identifier: Apache-2.0
// Widths are those of the tabwriter that Cilium uses: the widest cell and three blanks.
#include "fqdn/lookup_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "json/indented.h"
#include "output/printable.h"
#include "output/short_text.h"

namespace cnamedrop::fqdn {
namespace {

constexpr std::size_t columns = 6;
constexpr std::size_t gap = 3;
using Cells = std::array<std::string, columns>;

std::string endpoint_text(const Lookup& lookup) {
  if (!lookup.pod.empty()) return lookup.pod;
  return std::to_string(lookup.endpoint_id.value_or(0));  // 0 is the agent itself, and written so
}

std::string ips_text(const std::vector<dns::IpAddress>& ips) {
  std::string text;
  for (const dns::IpAddress& ip : ips) (text += text.empty() ? "" : ",") += dns::to_string(ip);
  return text;
}

Cells cells_of(const Lookup& lookup) {
  Cells cells = {endpoint_text(lookup),
                 lookup.source,
                 lookup.fqdn,
                 std::to_string(lookup.ttl),
                 lookup.expires ? output::time_text(*lookup.expires) : "-",
                 ips_text(lookup.ips)};
  for (std::string& cell : cells) output::escape_unprintable(cell, 0);
  return cells;
}

}  // namespace

void append_table(std::string& out, std::span<const Lookup> lookups) {
  std::vector<Cells> rows = {{"Endpoint", "Source", "FQDN", "TTL", "ExpirationTime", "IPs"}};
  for (const Lookup& lookup : lookups) rows.push_back(cells_of(lookup));
  std::array<std::size_t, columns> widths{};
  for (const Cells& cells : rows)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], cells[i].size() + gap);
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i + 1 < columns; ++i)
      fmt::format_to(std::back_inserter(out), "{:<{}}", cells[i], widths[i]);
    out += cells.back() + '\n';
  }
}

void write_members(json::Writer& json, const Lookup& lookup) {
  json.field_unless_zero("endpoint-id", lookup.endpoint_id.value_or(0));
  if (lookup.expires) json.field("expiration-time", output::time_text(*lookup.expires));
  json.field_unless_empty("fqdn", lookup.fqdn);
  json.key("ips");
  json.begin_array();
  for (const dns::IpAddress& ip : lookup.ips) json.string(dns::to_string(ip));
  json.end_array();
  if (lookup.looked_up) json.field("lookup-time", output::time_text(*lookup.looked_up));
  json.field_unless_empty("source", lookup.source);
  json.field_unless_zero("ttl", lookup.ttl);
}

void append_json(std::string& out, std::span<const Lookup> lookups) {
  std::string compact;
  json::Writer json(compact);
  json.begin_array();
  for (const Lookup& lookup : lookups) {
    json.begin_object();
    write_members(json, lookup);
    json.end_object();
  }
  json.end_array();
  json::append_indented(out, compact);
}

}  // namespace cnamedrop::fqdn
