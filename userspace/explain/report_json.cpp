// Field names are those of the event file wherever it has the same thing; the cause is written as there.
#include "explain/report_json.h"

#include "events/cause_json.h"
#include "events/enum_names.h"
#include "json/writer.h"

namespace cnamedrop::explain {
namespace {

using events::write_time;
using json::Writer;

void write_who(json::Writer& json, const std::optional<pods::Pod>& pod, std::uint64_t cgroup_id) {
  json.key("pod");
  json.begin_object();
  if (pod) {
    json.field_unless_empty("namespace", pod->namespace_name);
    json.field_unless_empty("pod_name", pod->name);
    json.field_unless_empty("pod_uid", pod->uid);
    json.field_unless_empty("cgroup", pod->cgroup_path);
  }
  json.key("cgroup_id");
  json.number_string(cgroup_id);
  json.end_object();
}

void write_trace(json::Writer& json, const Report& report) {
  json.key("trace");
  json.begin_object();
  json.field("events", report.events);
  json.field_unless_empty("node_name", report.node_name);
  if (report.events != 0) {
    write_time(json, "first", report.first);
    write_time(json, "last", report.last);
  }
  json.field("ended", report.ended);
  json.field("judged_by_policy", report.judged_by_policy);
  json.field("lines_skipped", report.lines_skipped);
  events::write_texts(json, "problems", report.problems);
  json.field_unless_empty("read_error", report.read_error);
  json.key("lost");
  json.begin_object();
  for (const auto& [what, count] : report.lost) json.field(what, count);
  json.end_object();
  json.end_object();
}

void write_places(json::Writer& json, const Tally<Place>& places) {
  json.key("places");
  json.begin_array();
  for (const auto& [place, packets] : places.packets) {
    json.begin_object();
    json.field("traffic_direction", events::to_string(place.direction));
    json.field_unless_empty("reason", place.reason);
    json.field_unless_empty("symbol", place.symbol);
    json.field_unless_empty("interface", place.interface);
    json.field("packets", packets);
    json.end_object();
  }
  json.end_array();
  json.field_unless_zero("packets_at_other_places", places.others);
}

void write_remotes(json::Writer& json, const Tally<Remote>& remotes) {
  json.key("remotes");
  json.begin_array();
  for (const auto& [remote, packets] : remotes.packets) {
    json.begin_object();
    json.field("protocol", events::protocol_to_string(remote.protocol));
    events::write_address(json, "ip", remote.endpoint.address);
    json.field_unless_zero("port", remote.endpoint.port);
    json.field("packets", packets);
    json.end_object();
  }
  json.end_array();
  json.field_unless_zero("packets_to_other_remotes", remotes.others);
}

void write_cures(json::Writer& json, const std::vector<Cure>& cures) {
  json.key("cures");
  json.begin_array();
  for (const Cure& cure : cures) {
    json.begin_object();
    json.field("kind", events::to_string(cure.kind));
    json.field("verdict", events::to_string(cure.verdict));
    json.field("what", cure.what);
    json.field_unless_empty("why", cure.why);
    json.field_unless_empty("patch", cure.patch);
    json.end_object();
  }
  json.end_array();
}

void write_finding(json::Writer& json, const Finding& finding) {
  json.begin_object();
  json.field("kind", events::to_string(finding.kind));
  write_who(json, finding.pod, finding.cgroup_id);
  events::write_texts(json, "names", finding.names);
  json.field("packets", finding.packets);
  json.field("connections", finding.connections);
  write_time(json, "first", finding.first);
  write_time(json, "last", finding.last);
  write_places(json, finding.places);
  write_remotes(json, finding.remotes);
  events::write_texts(json, "doubts", finding.doubts);
  events::write_texts(json, "credited_names", finding.credited);
  json.key("evidence");
  events::write_cause(json, finding.cause, finding.first);
  json.key("client");
  json.begin_object();
  json.field("kind", events::to_string(finding.client.kind));
  json.field_unless_empty("evidence", finding.client.evidence);
  json.end_object();
  write_cures(json, finding.cures);
  json.end_object();
}

void write_dns_finding(json::Writer& json, const DnsFinding& finding) {
  json.begin_object();
  json.field("kind", events::to_string(finding.trouble));
  write_who(json, finding.pod, finding.cgroup_id);
  json.key("question");
  events::write_question(json, finding.question);
  events::write_address(json, "resolver", finding.resolver.address);
  json.field("count", finding.count);
  write_time(json, "first", finding.first);
  write_time(json, "last", finding.last);
  json.field_unless_empty("note", finding.note);
  json.end_object();
}

void write_assumption(json::Writer& json, const Assumption& assumption) {
  json.key("assumption");
  json.begin_object();
  json.field("order", assumption.order);
  json.field("packets_gone", assumption.packets_gone);
  json.field("packets_cached", assumption.packets_cached);
  events::write_texts(json, "origins_gone", assumption.origins_gone);
  json.end_object();
}

}  // namespace

void append_report_json(std::string& out, const Report& report) {
  json::Writer json(out);
  json.begin_object();
  json.field("report", std::uint64_t{report_version});
  write_trace(json, report);
  if (report.assumption) write_assumption(json, *report.assumption);
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : report.findings) write_finding(json, finding);
  json.end_array();
  json.field_unless_zero("findings_omitted", report.findings_omitted);
  json.key("dns_findings");
  json.begin_array();
  for (const DnsFinding& finding : report.dns_findings) write_dns_finding(json, finding);
  json.end_array();
  json.field_unless_zero("dns_findings_omitted", report.dns_findings_omitted);
  json.end_object();
  out += '\n';
}

}  // namespace cnamedrop::explain
