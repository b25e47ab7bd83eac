// The way back of event_json.cpp, function by function. Fields that only repeat what others say are not read.
#include "events/event_fields.h"

#include "events/cause_fields.h"
#include "events/flow.h"

namespace cnamedrop::events {
namespace {

void read_pod(const Fields& fields, Event& event) {
  pods::Pod pod;
  fields.get("namespace", pod.namespace_name);
  fields.get("pod_name", pod.name);
  fields.get("pod_uid", pod.uid);
  fields.get("container_id", pod.container_id);
  fields.get("container_name", pod.container_name);
  fields.get("runtime", pod.runtime);
  fields.get("cgroup", pod.cgroup_path);
  fields.require("cgroup_id", event.cgroup_id);
  if (pod != pods::Pod{}) event.pod = std::move(pod);
}

void read_l4(const Fields& fields, Flow& flow, std::uint16_t& source_port, std::uint16_t& destination_port) {
  fields.each_object([&](std::string_view name, const Fields& transport) {
    const auto number = protocol_from_string(name);
    if (!number) return fields.fail(name, "is not an IP protocol");
    flow.protocol = *number;
    transport.get("source_port", source_port);
    transport.get("destination_port", destination_port);
    transport.object("flags", [&](const Fields& flags) {
      for (std::size_t bit = 0; bit < tcp_flag_names.size(); ++bit) {
        if (flags.has(tcp_flag_names[bit])) flow.tcp_flags |= static_cast<std::uint8_t>(1U << bit);
      }
    });
  });
}

Flow read_flow(const Fields& fields, Event& event) {
  Flow flow;
  dns::Endpoint source;
  dns::Endpoint destination;
  fields.require("traffic_direction", flow.direction);
  fields.require_object("ip", [&](const Fields& ip) {
    ip.require("source", source.address);
    ip.require("destination", destination.address);
  });
  fields.require_object("l4", [&](const Fields& l4) { read_l4(l4, flow, source.port, destination.port); });
  const bool egress = flow.direction == Direction::Egress;
  flow.local = egress ? source : destination;
  flow.remote = egress ? destination : source;
  fields.require_object(egress ? "source" : "destination", [&](const Fields& pod) { read_pod(pod, event); });
  return flow;
}

void read_questions(const Fields& fields, std::vector<dns::Question>& questions) {
  if (fields.has("questions")) return fields.objects("questions", questions, read_question);
  if (!fields.has("query")) return;
  dns::Question question{"", 0, dns::class_in};
  std::vector<std::uint16_t> types;
  fields.require("query", question.name);
  fields.list("qtypes", types, convert_rr_type);
  if (!types.empty()) question.type = types.front();
  questions.push_back(std::move(question));
}

dns::Record read_answer(const Fields& fields) {
  dns::Record answer;
  answer.klass = dns::class_in;
  fields.require("name", answer.owner);
  fields.require("type", answer.type, convert_rr_type);
  fields.get("class", answer.klass);
  fields.require("ttl", answer.ttl);
  fields.get("target", answer.target);
  fields.list("ips", answer.addresses);
  return answer;
}

void read_message(const Fields& fields, dns::Message& message) {
  fields.require("id", message.id);
  read_questions(fields, message.questions);
  fields.get("rcode", message.rcode);
  fields.objects("answers", message.answers, read_answer);
  fields.get("opcode", message.opcode);
  fields.object("flags", [&](const Fields& flags) {
    flags.get("AA", message.authoritative);
    flags.get("RD", message.recursion_desired);
    flags.get("RA", message.recursion_available);
    flags.get("AD", message.authentic_data);
    flags.get("CD", message.checking_disabled);
  });
  fields.get("truncated", message.truncated);
  fields.get("edns_udp_size", message.edns_udp_size);
  fields.get("edns_do", message.edns_do);
  fields.get("size", message.size);
  fields.get("cut", message.cut);
}

void read_dns(const Fields& fields, Event& event) {
  auto& seen = event.observation.what.emplace<DnsSeen>();
  DnsNote note;
  const Flow flow = read_flow(fields, event);
  seen.cgroup_id = event.cgroup_id;
  seen.protocol = flow.protocol;
  seen.local = flow.local;
  seen.resolver = flow.remote;
  seen.message.response = flow.direction == Direction::Ingress;
  fields.require_object("l7", [&](const Fields& l7) {
    l7.get("latency_ns", note.latency_ns);
    l7.require_object("dns", [&](const Fields& dns) { read_message(dns, seen.message); });
  });
  fields.get("unsolicited", note.unsolicited);
  fields.get("credited", note.credited);
  event.dns = note;
}

void read_drop(const Fields& fields, Event& event) {
  auto& drop = event.observation.what.emplace<Dropped>();
  const Flow flow = read_flow(fields, event);
  drop.cgroup_id = event.cgroup_id;
  drop.direction = flow.direction;
  drop.protocol = flow.protocol;
  drop.local = flow.local;
  drop.remote = flow.remote;
  drop.tcp_flags = flow.tcp_flags;
  fields.list(drop.direction == Direction::Egress ? "destination_names" : "source_names", event.remote_names);
  for (dns::Name& name : event.remote_names) {
    if (name != ".") name += '.';
  }
  fields.require_object("drop", [&](const Fields& kernel) {
    kernel.get("reason", drop.reason);
    kernel.get("reason_number", drop.reason_number);
    kernel.get("subsystem", drop.subsystem);
    kernel.get("symbol", drop.symbol);
    kernel.get("location", drop.location, convert_hex);
    kernel.get("interface", drop.interface);
    kernel.get("ifindex", drop.interface_index);
    kernel.get("netns", drop.netns);
    kernel.require("count", drop.count);
    kernel.get("length", drop.length);
    kernel.require("attributed_by", drop.attributed_by);
    kernel.object("original_remote", [&](const Fields& original) {
      original.require("ip", drop.original_remote.emplace().address);
      original.get("port", drop.original_remote->port);
    });
  });
  fields.object("cause", [&](const Fields& cause) { event.cause = read_cause(cause); });
}

void read_start(const Fields& fields, Event& event) {
  auto& start = event.observation.what.emplace<Started>();
  fields.require_object("start", [&](const Fields& body) {
    body.get("version", start.version);
    body.get("kernel", start.kernel);
    body.get("target", start.target);
    body.object("features", [&](const Fields& features) {
      features.members<bool>([&](std::string_view name, bool present) { start.features[std::string(name)] = present; });
    });
    body.list("dns_ports", start.dns_ports);
    body.get("coalesce_ns", start.coalesce_ns);
  });
}

void read_pod_seen(const Fields& fields, Event& event) {
  auto& seen = event.observation.what.emplace<PodSeen>();
  fields.require_object("pod", [&](const Fields& pod) {
    read_pod(pod, event);
    pod.get("gone", seen.gone);
  });
  seen.cgroup_id = event.cgroup_id;
  seen.pod = event.pod.value_or(pods::Pod{});
}

void read_lost(const Fields& fields, Event& event) {
  auto& lost = event.observation.what.emplace<Lost>();
  fields.require_object("lost", [&](const Fields& body) {
    body.require("what", lost.what);
    body.require("count", lost.count);
    body.get("since", lost.since, convert_time);
  });
}

void read_stop(const Fields& fields, Event& event) {
  auto& stop = event.observation.what.emplace<Stopped>();
  fields.require_object("stop", [&](const Fields& body) {
    body.get("why", stop.why);
    body.object("totals", [&](const Fields& totals) {
      totals.members<std::uint64_t>(
          [&](std::string_view name, std::uint64_t total) { stop.totals[std::string(name)] = total; });
    });
  });
}

// The types by name; event_json.cpp writes them.
struct TypeReader {
  std::string_view type;
  void (*read)(const Fields&, Event&);
};
constexpr std::array<TypeReader, 6> type_readers{{{"start", read_start},
                                                  {"pod", read_pod_seen},
                                                  {"dns", read_dns},
                                                  {"drop", read_drop},
                                                  {"lost", read_lost},
                                                  {"stop", read_stop}}};

// Says whose JSON it is where that can be told: a file given by mistake is the commonest problem of all.
void check_schema(const Fields& fields) {
  if (!fields.has("schema")) {
    if (fields.has("flow")) return fields.fail("flow", "is what a Hubble flow has, not an event of cnamedrop");
    return fields.fail("schema", "is missing: JSON of another tool");
  }
  std::uint32_t schema = 0;
  fields.require("schema", schema);
  if (schema > schema_version) {
    fields.fail("schema", "is version " + std::to_string(schema) + ", newer than this program's " +
                              std::to_string(schema_version) + ": read it with a newer cnamedrop");
  }
}

}  // namespace

void read_event(const Fields& fields, Event& event) {
  check_schema(fields);
  std::string type;
  fields.require("type", type);
  fields.require("time", event.observation.time, convert_time);
  fields.get("node_name", event.node_name);
  if (!fields.ok()) return;
  for (const TypeReader& known : type_readers) {
    if (known.type == type) return known.read(fields, event);
  }
  fields.fail("type", "is not a type of event that this program knows");
}

}  // namespace cnamedrop::events
