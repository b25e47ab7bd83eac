// Writes each type of event; the evidence of a cause is in cause_json.cpp. The field names follow Hubble's flow JSON
// where the concept is the same, so that its readers and their users find what they know.
#include "events/event_json.h"

#include <charconv>

#include "events/cause_json.h"
#include "events/enum_names.h"
#include "events/flow.h"
#include "events/hubble_fields.h"

namespace cnamedrop::events {
namespace {

void write_head(json::Writer& json, const Event& event, std::string_view type) {
  json.field("schema", std::uint64_t{schema_version});
  json.field("type", type);
  write_time(json, "time", event.observation.time);
  json.field_unless_empty("node_name", event.node_name);
}

void write_pod(json::Writer& json, const pods::Pod& pod, std::uint64_t cgroup_id) {
  json.field_unless_empty("namespace", pod.namespace_name);
  json.field_unless_empty("pod_name", pod.name);
  json.field_unless_empty("pod_uid", pod.uid);
  json.field_unless_empty("container_id", pod.container_id);
  json.field_unless_empty("container_name", pod.container_name);
  json.field_unless_empty("runtime", pod.runtime);
  json.field_unless_empty("cgroup", pod.cgroup_path);
  json.key("cgroup_id");
  json.number_string(cgroup_id);
}

// The local side carries the pod; of the remote side nothing is known but its address.
void write_side(json::Writer& json, json::FieldName name, const Event& event, std::uint64_t cgroup_id, bool local) {
  json.key(name);
  json.begin_object();
  static const pods::Pod unknown;
  if (local) write_pod(json, event.pod ? *event.pod : unknown, cgroup_id);
  json.end_object();
}

void write_flow(json::Writer& json, const Event& event, std::uint64_t cgroup_id, const Flow& flow) {
  const bool egress = flow.direction == Direction::Egress;
  json.field("traffic_direction", to_string(flow.direction));
  json.key("ip");
  write_addresses(json, flow);
  json.key("l4");
  write_ports(json, flow);
  write_side(json, "source", event, cgroup_id, egress);
  write_side(json, "destination", event, cgroup_id, !egress);
}

// Hubble's one question, or all of them where there are several or of another class than IN.
void write_questions(json::Writer& json, const std::vector<dns::Question>& questions) {
  if (questions.empty()) return;
  json.field("query", questions.front().name);
  json.key("qtypes");
  json.begin_array();
  for (const dns::Question& question : questions) json.string(dns::rr_type_to_string(question.type));
  json.end_array();
  if (questions.size() == 1 && questions.front().klass == dns::class_in) return;
  json.key("questions");
  json.begin_array();
  for (const dns::Question& question : questions) write_question(json, question);
  json.end_array();
}

void write_answers(json::Writer& json, const std::vector<dns::Record>& answers) {
  if (answers.empty()) return;
  json.key("answers");
  json.begin_array();
  for (const dns::Record& answer : answers) {
    json.begin_object();
    json.field("name", answer.owner);
    json.field("type", dns::rr_type_to_string(answer.type));
    if (answer.klass != dns::class_in) json.field("class", answer.klass);
    json.field("ttl", answer.ttl);
    json.field_unless_empty("target", answer.target);
    if (!answer.addresses.empty()) {
      json.key("ips");
      json.begin_array();
      for (const dns::IpAddress& address : answer.addresses) json.string(dns::to_string(address));
      json.end_array();
    }
    json.end_object();
  }
  json.end_array();
}

void write_header_flags(json::Writer& json, const dns::Message& message) {
  const bool any = message.authoritative || message.recursion_desired || message.recursion_available ||
                   message.checking_disabled || message.authentic_data;
  if (!any) return;
  json.key("flags");
  json.begin_object();
  json.field_if("AA", message.authoritative);
  json.field_if("RD", message.recursion_desired);
  json.field_if("RA", message.recursion_available);
  json.field_if("AD", message.authentic_data);
  json.field_if("CD", message.checking_disabled);
  json.end_object();
}

void write_message(json::Writer& json, const dns::Message& message) {
  json.key("dns");
  json.begin_object();
  json.field("id", message.id);
  write_questions(json, message.questions);
  if (message.response || message.rcode != 0) {
    json.field("rcode", message.rcode);
    json.field("rcode_name", dns::rcode_to_string(message.rcode));
  }
  write_answer_summary(json, message.answers);
  write_answers(json, message.answers);
  json.field_unless_zero("opcode", message.opcode);
  write_header_flags(json, message);
  json.field_if("truncated", message.truncated);
  if (message.edns_udp_size) json.field("edns_udp_size", *message.edns_udp_size);
  json.field_if("edns_do", message.edns_do);
  json.field("size", message.size);
  json.field_if("cut", message.cut);
  json.end_object();
}

void write_lookup(json::Writer& json, const Event& event, const DnsSeen& seen) {
  const DnsNote note = event.dns.value_or(DnsNote{});
  json.key("l7");
  json.begin_object();
  json.field("type", seen.message.response ? "RESPONSE" : "REQUEST");
  if (note.latency_ns) {
    json.key("latency_ns");
    json.number_string(*note.latency_ns);
  }
  write_message(json, seen.message);
  json.end_object();
  json.field_if("unsolicited", note.unsolicited);
  json.field_if("credited", note.credited);
}

void write_location(json::Writer& json, std::uint64_t location) {
  if (location == 0) return;
  json.key("location");
  json.plain_string([location](std::string& out) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, location, 16).ptr;
    out += "0x";
    out.append(digits, static_cast<std::size_t>(end - digits));
  });
}

void write_drop(json::Writer& json, const Dropped& drop) {
  json.key("drop");
  json.begin_object();
  json.field_unless_empty("reason", drop.reason);
  if (drop.reason_number) json.field("reason_number", *drop.reason_number);
  json.field_unless_empty("subsystem", drop.subsystem);
  json.field_unless_empty("symbol", drop.symbol);
  write_location(json, drop.location);
  json.field_unless_empty("interface", drop.interface);
  json.field_unless_zero("ifindex", drop.interface_index);
  json.field_unless_zero("netns", drop.netns);
  json.field("count", drop.count);
  json.field("length", drop.length);
  json.field("attributed_by", to_string(drop.attributed_by));
  if (drop.original_remote) {
    json.key("original_remote");
    json.begin_object();
    write_address(json, "ip", drop.original_remote->address);
    json.field_unless_zero("port", drop.original_remote->port);
    json.end_object();
  }
  json.end_object();
}

void write_body(json::Writer& json, const Event& event, const Started& start) {
  write_head(json, event, "start");
  json.key("start");
  json.begin_object();
  json.field("version", start.version);
  json.field_unless_empty("kernel", start.kernel);
  json.field_unless_empty("target", start.target);
  json.key("features");
  json.begin_object();
  for (const auto& [name, present] : start.features) json.field(name, present);
  json.end_object();
  json.key("dns_ports");
  json.begin_array();
  for (const std::uint16_t port : start.dns_ports) json.number(port);
  json.end_array();
  json.key("coalesce_ns");
  json.number_string(start.coalesce_ns);
  json.end_object();
}

void write_body(json::Writer& json, const Event& event, const PodSeen& seen) {
  write_head(json, event, "pod");
  json.key("pod");
  json.begin_object();
  write_pod(json, seen.pod, seen.cgroup_id);
  json.field("gone", seen.gone);
  json.end_object();
}

void write_body(json::Writer& json, const Event& event, const DnsSeen& seen) {
  write_head(json, event, "dns");
  write_flow(json, event, seen.cgroup_id, flow_of(seen));
  write_lookup(json, event, seen);
}

void write_body(json::Writer& json, const Event& event, const Dropped& drop) {
  write_head(json, event, "drop");
  write_flow(json, event, drop.cgroup_id, flow_of(drop));
  write_remote_names(json, event.remote_names, drop.direction);
  write_drop(json, drop);
  if (event.cause) {
    json.key("cause");
    write_cause(json, *event.cause, event.observation.time);
  }
}

void write_body(json::Writer& json, const Event& event, const Lost& lost) {
  write_head(json, event, "lost");
  json.key("lost");
  json.begin_object();
  json.field("what", lost.what);
  json.field("count", lost.count);
  write_time(json, "since", lost.since);
  json.end_object();
}

void write_body(json::Writer& json, const Event& event, const Stopped& stop) {
  write_head(json, event, "stop");
  json.key("stop");
  json.begin_object();
  json.field("why", stop.why);
  json.key("totals");
  json.begin_object();
  for (const auto& [name, total] : stop.totals) json.field(name, total);
  json.end_object();
  json.end_object();
}

}  // namespace

void append_json(std::string& out, const Event& event) {
  json::Writer json(out);
  json.begin_object();
  std::visit([&](const auto& what) { write_body(json, event, what); }, event.observation.what);
  json.end_object();
  out += '\n';
}

}  // namespace cnamedrop::events
