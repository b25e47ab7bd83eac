// SPDX-License-Identifier: Apache-2.0
// The sums first, then what differs in the order of the names, each with both rows and the reason.
#include "fqdn/comparison_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fqdn/lookup_table.h"
#include "json/indented.h"
#include "json/writer.h"
#include "output/short_text.h"
#include "output/text_lines.h"

namespace cnamedrop::fqdn {
namespace {

using output::TextLines;
using output::time_text;

const char* title(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::OnlyInTrace:
      return "only in the trace";
    case DifferenceKind::OnlyInCilium:
      return "only in Cilium";
    case DifferenceKind::OtherAddresses:
      return "both have the name, only one the address";
    case DifferenceKind::Connection:
      return "kept by a connection in Cilium";
    case DifferenceKind::OtherLookup:
      return "of different look-ups";
    case DifferenceKind::OtherTtl:
      return "other TTL";
    case DifferenceKind::OtherExpiry:
      return "other expiry";
  }
  return "";
}

std::string join_ips(const std::vector<dns::IpAddress>& ips) {
  std::string text;
  for (const dns::IpAddress& ip : ips) (text += text.empty() ? "" : ", ") += dns::to_string(ip);
  return text;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void append_row(TextLines& lines, const char* side, const std::string& who, const Lookup& row) {
  lines.line(2, "{:<8}{}  {}  TTL {}, {} to {}", side, who, row.source, row.ttl,
             row.looked_up ? time_text(*row.looked_up) : "?", row.expires ? time_text(*row.expires) : "?");
}

void append_difference(TextLines& lines, const Difference& difference) {
  lines.blank();
  lines.line(0, "{}  {}", difference.fqdn, title(difference.kind));
  lines.paragraph(2, join_ips(difference.ips));
  if (difference.trace) append_row(lines, "trace", difference.trace->pod, *difference.trace);
  if (difference.cilium)
    append_row(lines, "Cilium", fmt::format("endpoint {}", difference.cilium->endpoint_id.value_or(0)),
               *difference.cilium);
  lines.paragraph(2, difference.why);
}

void append_target(TextLines& lines, const TargetOnly& target) {
  lines.blank();
  lines.line(0, "{}  in both, but only as the end of a chain of aliases", target.fqdn);
  lines.paragraph(2, join_ips(target.ips));
  lines.paragraph(2,
                  fmt::format("{} asked its own way here from {}: neither side has the address under that name, so a "
                              "policy that selects it does not let the address through.",
                              target.pod, fmt::join(target.origins, ", ")));
}

void write_ips(json::Writer& json, const std::vector<dns::IpAddress>& ips) {
  json.key("ips");
  json.begin_array();
  for (const dns::IpAddress& ip : ips) json.string(dns::to_string(ip));
  json.end_array();
}

void write_difference(json::Writer& json, const Difference& difference) {
  json.begin_object();
  json.field("kind", to_string(difference.kind));
  json.field("fqdn", difference.fqdn);
  write_ips(json, difference.ips);
  if (difference.trace) {
    Lookup traced = *difference.trace;
    traced.ips = difference.ips;
    json.key("trace");
    json.begin_object();
    json.field("pod", traced.pod);
    write_members(json, traced);
    json.end_object();
  }
  if (difference.cilium) {
    json.key("cilium");
    json.begin_object();
    write_members(json, *difference.cilium);
    json.end_object();
  }
  json.field("why", difference.why);
  json.end_object();
}

void write_target(json::Writer& json, const TargetOnly& target) {
  json.begin_object();
  json.field("pod", target.pod);
  json.field("fqdn", target.fqdn);
  json.key("origins");
  json.begin_array();
  for (const dns::Name& origin : target.origins) json.string(origin);
  json.end_array();
  write_ips(json, target.ips);
  json.end_object();
}

}  // namespace

void append_text(std::string& out, const Comparison& comparison) {
  TextLines lines(out);
  lines.line(0, "The same in both: {}. {}.", counted(comparison.same, "address", "addresses"),
             comparison.differences.empty() ? "No differences"
                                            : counted(comparison.differences.size(), "difference", "differences") +
                                                  " follow" + (comparison.differences.size() == 1 ? "s" : ""));
  lines.line(0, "The trace's table is that of {}, {}.", time_text(comparison.at),
             comparison.cilium.newest
                 ? "the newest look-up in Cilium's list is of " + time_text(*comparison.cilium.newest)
                 : "Cilium's list tells no time");
  for (const Difference& difference : comparison.differences) append_difference(lines, difference);
  for (const TargetOnly& target : comparison.targets_only) append_target(lines, target);
}

void append_json(std::string& out, const Comparison& comparison) {
  std::string compact;
  json::Writer json(compact);
  json.begin_object();
  json.field("trace_begin", time_text(comparison.begin));
  json.field("trace_at", time_text(comparison.at));
  if (comparison.cilium.newest) json.field("cilium_newest", time_text(*comparison.cilium.newest));
  json.field("same", comparison.same);
  json.key("differences");
  json.begin_array();
  for (const Difference& difference : comparison.differences) write_difference(json, difference);
  json.end_array();
  json.key("targets_only");
  json.begin_array();
  for (const TargetOnly& target : comparison.targets_only) write_target(json, target);
  json.end_array();
  json.end_object();
  json::append_indented(out, compact);
}

}  // namespace cnamedrop::fqdn
