// SPDX-License-Identifier: Apache-2.0
// The three directions, each in the order of the members.
#include "events/packet_json.h"

#include "events/enum_names.h"
#include "events/forms.h"

namespace cnamedrop::events {
namespace {

struct Ends {
  dns::Endpoint source;
  dns::Endpoint destination;
};

void read_flags(const json::Place& at, const json::Value& value, std::uint8_t& out) {
  if (!value.IsObject()) return at.fail("is not an object");
  for (const auto& member : value.GetObject()) {
    const json::Place place(at, json::text_of(member.name));
    const auto known = std::ranges::find(tcp_flag_names, json::text_of(member.name));
    if (known == tcp_flag_names.end()) return place.fail("is not a TCP flag");
    bool set = false;
    json::read_as<json::Form<bool>>(place, member.value, set);
    if (set) out |= static_cast<std::uint8_t>(1U << (known - tcp_flag_names.begin()));
  }
}

void read_transport(const json::Place& at, const json::Value& value, Flow& flow, Ends& ends) {
  if (!value.IsObject()) return at.fail("is not an object");
  const json::Members members(value);
  using Port = json::Form<std::uint16_t>;
  json::read_member<Port>(at, members, "source_port", ends.source.port);
  json::read_member<Port>(at, members, "destination_port", ends.destination.port);
  if (const json::Value* flags = members.find("flags")) read_flags(json::Place(at, "flags"), *flags, flow.tcp_flags);
}

void read_protocol(const json::Place& at, const json::Value& value, Flow& flow, Ends& ends) {
  if (!value.IsObject()) return at.fail("is not an object");
  for (const auto& member : value.GetObject()) {
    const json::Place place(at, json::text_of(member.name));
    const auto number = protocol_from_string(json::text_of(member.name));
    if (!number) return place.fail("is not an IP protocol");
    flow.protocol = *number;
    read_transport(place, member.value, flow, ends);
  }
}

void read_addresses(const json::Place& at, const json::Value& value, Ends& ends) {
  if (!value.IsObject()) return at.fail("is not an object");
  const json::Members members(value);
  using Address = json::Form<dns::IpAddress>;
  if (!json::read_member<Address>(at, members, "source", ends.source.address))
    json::Place(at, "source").fail("is missing");
  if (!json::read_member<Address>(at, members, "destination", ends.destination.address))
    json::Place(at, "destination").fail("is missing");
}

void add_transport_schema(json::ObjectSchema& object) {
  const auto port = [](json::Writer& json, json::Schema& schema) { json::Form<std::uint16_t>::schema(json, schema); };
  object.member("source_port", "Source port; absent when the protocol has none.", false, port);
  object.member("destination_port", "Destination port; absent when the protocol has none.", false, port);
  object.member("flags", "TCP flags of the (first) packet.", false, [](json::Writer& json, json::Schema& schema) {
    schema.reference(json, "tcp_flags", "TCP flags; only those that are set.", [](json::ObjectSchema& flags) {
      for (const std::string_view name : tcp_flag_names)
        flags.member(name, "The flag is set.", false,
                     [](json::Writer& value, json::Schema&) { value.raw_member("enum", "[true]"); });
    });
  });
}

void write_transport_schema(json::Writer& json, json::Schema& schema) {
  schema.reference(json, "transport", "Header fields of the transport protocol.", add_transport_schema);
}

void write_protocol_schema(json::Writer& json, json::Schema& schema) {
  schema.reference(
      json, "l4", "One member, named after the protocol or its IANA number.", [](json::ObjectSchema& object) {
        for (const std::uint8_t known :
             {protocol::TCP, protocol::UDP, protocol::ICMP, protocol::ICMPV6, protocol::SCTP})
          object.member(protocol_to_string(known), "The packet is of this protocol.", false, write_transport_schema);
        object.others(write_transport_schema);
      });
}

void write_addresses_schema(json::Writer& json, json::Schema& schema) {
  schema.reference(json, "ip", "Addresses of a packet.", [](json::ObjectSchema& object) {
    const auto address = [](json::Writer& value, json::Schema& more) {
      json::Form<dns::IpAddress>::schema(value, more);
    };
    object.member("source", "Source address.", true, address);
    object.member("destination", "Destination address.", true, address);
    object.member("ipVersion", "IP version.", true,
                  [](json::Writer& value, json::Schema&) { value.raw_member("enum", R"(["IPv4","IPv6"])"); });
  });
}

}  // namespace

void write_addresses(json::Writer& json, const Flow& flow) {
  json.begin_object();
  json.field("source", dns::to_string(source(flow).address));
  json.field("destination", dns::to_string(destination(flow).address));
  json.field("ipVersion", flow.local.address.version == dns::IpVersion::V4 ? "IPv4" : "IPv6");
  json.end_object();
}

void write_ports(json::Writer& json, const Flow& flow) {
  json.begin_object();
  json.key(protocol_to_string(flow.protocol));
  json.begin_object();
  json.field_unless_zero("source_port", source(flow).port);
  json.field_unless_zero("destination_port", destination(flow).port);
  if (flow.tcp_flags != 0) {
    json.key("flags");
    json.begin_object();
    for (std::size_t bit = 0; bit < tcp_flag_names.size(); ++bit)
      json.field_if(tcp_flag_names[bit], (flow.tcp_flags >> bit & 1) != 0);
    json.end_object();
  }
  json.end_object();
  json.end_object();
}

void write_remote_names(json::Writer& json, const Event& event, Direction direction) {
  const std::vector<std::string_view> names = remote_names(event);
  if (names.empty()) return;
  json.key(direction == Direction::Egress ? json::FieldName("destination_names") : json::FieldName("source_names"));
  json.begin_array();
  for (const std::string_view name : names) json.string(dns::short_name(name));
  json.end_array();
}

void write_packet(json::Writer& json, const Flow& flow) {
  json.field("traffic_direction", to_string(flow.direction));
  json.key("ip");
  write_addresses(json, flow);
  json.key("l4");
  write_ports(json, flow);
}

Flow read_packet(const json::Place& at, const json::Members& members) {
  Flow flow;
  Ends ends;
  if (!json::read_member<json::Form<Direction>>(at, members, "traffic_direction", flow.direction))
    json::Place(at, "traffic_direction").fail("is missing");
  const json::Value* addresses = members.find("ip");
  const json::Value* protocols = members.find("l4");
  if (addresses == nullptr) json::Place(at, "ip").fail("is missing");
  if (protocols == nullptr) json::Place(at, "l4").fail("is missing");
  if (!at.ok()) return flow;
  read_addresses(json::Place(at, "ip"), *addresses, ends);
  read_protocol(json::Place(at, "l4"), *protocols, flow, ends);
  const bool egress = flow.direction == Direction::Egress;
  flow.local = egress ? ends.source : ends.destination;
  flow.remote = egress ? ends.destination : ends.source;
  return flow;
}

void add_packet_schema(json::ObjectSchema& object) {
  object.member("traffic_direction", "Direction of the packet as the pod sees it.", true,
                [](json::Writer& json, json::Schema& schema) { json::Form<Direction>::schema(json, schema); });
  object.member("ip", "Addresses of the packet.", true, write_addresses_schema);
  object.member("l4", "Transport protocol and ports.", true, write_protocol_schema);
}

}  // namespace cnamedrop::events
