// SPDX-License-Identifier: Apache-2.0
// Members in the order of flow.proto, default values left out as protobuf's JSON does.
#include "observe/hubble_flow.h"

#include "dns/message.h"
#include "events/dns_json.h"
#include "events/enum_names.h"
#include "events/packet_json.h"

namespace cnamedrop::observe {
namespace {

using events::Direction;
using events::Event;
using events::Flow;

std::string flags_text(std::uint8_t flags) {
  std::string text;
  for (std::size_t bit = 0; bit < events::tcp_flag_names.size(); ++bit)
    if ((flags >> bit & 1) != 0) (text += text.empty() ? "" : ", ") += events::tcp_flag_names[bit];
  return text;
}

void write_time(json::Writer& json, Time time) {
  json.key("time");
  json::Form<Time>::write(json, time);
}

void write_side(json::Writer& json, json::FieldName name, const Event& event, bool local) {
  json.key(name);
  json.begin_object();
  if (const pods::Pod* pod = event.observation.pod.get(); local && pod != nullptr) {
    json.field_unless_empty("namespace", pod->namespace_name);
    json.field_unless_empty("pod_name", pod->name);
  }
  json.end_object();
}

void begin_flow(json::Writer& json, const Event& event, const Flow& flow, std::string_view verdict,
                std::string_view type) {
  const bool egress = flow.direction == Direction::Egress;
  json.key("flow");
  json.begin_object();
  write_time(json, event.observation.time);
  json.field("verdict", verdict);
  json.key("IP");
  events::write_addresses(json, flow);
  // Hubble's messages for ICMP hold type and code, which an event does not: a type 0 would be an echo reply.
  if (events::has_ports(flow.protocol)) {
    json.key("l4");
    events::write_ports(json, flow);
  }
  write_side(json, "source", event, egress);
  write_side(json, "destination", event, !egress);
  json.field("Type", type);
  json.field_unless_empty("node_name", events::node_name(event.observation));
}

void end_flow(json::Writer& json, const Flow& flow, std::string_view summary) {
  json.field("traffic_direction", to_string(flow.direction));
  json.field("Summary", summary);
  json.end_object();
}

void write_dns(json::Writer& json, const Event& event, const events::DnsSeen& seen) {
  const dns::Message& message = seen.message;
  json.key("l7");
  json.begin_object();
  json.field("type", message.response ? "RESPONSE" : "REQUEST");
  if (event.dns && event.dns->latency) {
    json.key("latency_ns");
    json::Digits::write(json, *event.dns->latency);
  }
  json.key("dns");
  json.begin_object();
  if (!message.questions.empty()) {
    json.field("query", message.questions.front().name);
    json.key("qtypes");
    json.begin_array();
    for (const dns::Question& question : message.questions) json.string(dns::rr_type_to_string(question.type));
    json.end_array();
  }
  json.field_unless_zero("rcode", message.rcode);
  json::write_fields(json, events::AnswerSummary{message.answers});
  json.end_object();
  json.end_object();
  json.field("is_reply", message.response);
}

std::string summary_of(const dns::Message& message) {
  std::string text = message.response ? "DNS Answer" : "DNS Query";
  for (const dns::Question& question : message.questions)
    text += ' ' + question.name + ' ' + dns::rr_type_to_string(question.type);
  if (message.response) text += " RCode: " + dns::rcode_to_string(message.rcode);
  return text;
}

bool write_what(json::Writer& json, const Event& event, const events::DnsSeen& seen) {
  const Flow flow = events::flow_of(seen);
  begin_flow(json, event, flow, "FORWARDED", "L7");
  write_dns(json, event, seen);
  end_flow(json, flow, summary_of(seen.message));
  return true;
}

bool write_what(json::Writer& json, const Event& event, const events::Dropped& drop) {
  const Flow flow = events::flow_of(drop);
  begin_flow(json, event, flow, "DROPPED", "L3_L4");
  events::write_remote_names(json, event, flow.direction);
  if (!drop.interface.empty()) {
    json.key("interface");
    json.begin_object();
    json.field_unless_zero("index", drop.interface_index);
    json.field("name", drop.interface);
    json.end_object();
  }
  const std::string protocol = events::protocol_to_string(flow.protocol);
  end_flow(json, flow, flow.tcp_flags != 0 ? "TCP Flags: " + flags_text(flow.tcp_flags) : protocol);
  return true;
}

bool write_what(json::Writer& json, const Event&, const events::Lost& lost) {
  json.key("lost_events");
  json.begin_object();
  json.key("num_events_lost");
  json.number_string(lost.count);
  json.end_object();
  return true;
}

template <typename Other>
bool write_what(json::Writer&, const Event&, const Other&) {
  return false;
}

}  // namespace

void append_hubble(std::string& out, const Event& event) {
  const std::size_t begin = out.size();
  json::Writer json(out);
  json.begin_object();
  if (!std::visit([&](const auto& what) { return write_what(json, event, what); }, event.observation.what)) {
    out.resize(begin);
    return;
  }
  json.field_unless_empty("node_name", events::node_name(event.observation));
  write_time(json, event.observation.time);
  json.end_object();
  out += '\n';
}

}  // namespace cnamedrop::observe
