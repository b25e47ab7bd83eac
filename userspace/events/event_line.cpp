// SPDX-License-Identifier: Apache-2.0
// One Part struct for each group of members, with its three directions side by side; a type of event is a list of
// parts.
#include "events/event_line.h"

#include <array>
#include <utility>

#include "events/dns_json.h"
#include "events/event_json.h"
#include "events/flow.h"
#include "events/forms.h"
#include "events/packet_json.h"

namespace cnamedrop::json {

template <>
struct Description<pods::Pod> {
  using P = pods::Pod;
  static constexpr auto value = object(
      "pod_names", "Whose cgroup it is.", optional("namespace", &P::namespace_name, "Kubernetes namespace of the pod."),
      optional("pod_name", &P::name, "Name of the pod."),
      optional("pod_uid", &P::uid, "UID of the pod, as the API server writes it."),
      optional("container_id", &P::container_id, "Full id of the container; absent for the pod's own cgroup."),
      optional("container_name", &P::container_name, "Name of the container in the pod's spec."),
      optional("runtime", &P::runtime, "Container runtime that the cgroup path tells: containerd, crio or docker."),
      optional("cgroup", &P::cgroup_path,
               "Path of the cgroup below the cgroup v2 root; the only name of a target that is no pod."));
};

}  // namespace cnamedrop::json

namespace cnamedrop::events {
namespace {

using json::Form;
using json::Members;
using json::ObjectSchema;
using json::Place;
using json::Schema;
using json::Value;
using json::Writer;

const pods::Pod& pod_or_none(const Observation& observation) {
  static const pods::Pod none;
  return observation.pod == nullptr ? none : *observation.pod;
}

// What every line has, whatever its type.
struct Head {
  const Observation& observation;
  bool selection = false;

  const TraceId& trace() const {
    static const TraceId unknown;
    return observation.trace == nullptr ? unknown : *observation.trace;
  }

  static constexpr auto describe() {
    return json::object(
        "head", "What every line has.",
        json::derived(
            "time", [](const Head& head) { return head.observation.time; },
            "When it happened. RFC 3339 in UTC, nine fractional digits."),
        json::derived_unless_empty(
            "node_name", [](const Head& head) -> const std::string& { return head.trace().node_name; },
            "Name of the node that was traced."),
        json::derived_unless_empty(
            "trace_id", [](const Head& head) -> const std::string& { return head.trace().trace_id; },
            "Random name of the trace; a file may hold several."),
        json::derived_unless_empty(
            "seq", [](const Head& head) { return head.observation.seq; },
            "Number of the line in its trace, from 0. A number that is missing is a line that was "
            "lost, except in a selection."),
        json::derived_unless_empty("selection", &Head::selection,
                                   "This line was chosen among others: a missing number is no loss."),
        json::derived_unless_empty(
            "namespace",
            [](const Head& head) -> const std::string& { return pod_or_none(head.observation).namespace_name; },
            "Kubernetes namespace of the event's pod."),
        json::derived_unless_empty(
            "pod_name", [](const Head& head) -> const std::string& { return pod_or_none(head.observation).name; },
            "Name of the event's pod."),
        json::derived_unless_empty(
            "pod_uid", [](const Head& head) -> const std::string& { return pod_or_none(head.observation).uid; },
            "UID of the event's pod."));
  }
};

template <typename T>
std::shared_ptr<const T> shared(T value, std::shared_ptr<const T>& last) {
  if (value == T{}) return nullptr;
  if (last == nullptr || *last != value) last = std::make_shared<const T>(std::move(value));
  return last;
}

void read_head(const Place& at, const Members& members, LastRead& last, Observation& observation, bool& selection) {
  TraceId trace;
  if (!json::read_member<Form<Time>>(at, members, "time", observation.time)) Place(at, "time").fail("is missing");
  json::read_member<Form<std::string>>(at, members, "node_name", trace.node_name);
  json::read_member<Form<std::string>>(at, members, "trace_id", trace.trace_id);
  std::uint64_t seq = 0;
  if (json::read_member<Form<std::uint64_t>>(at, members, "seq", seq)) observation.seq = seq;
  json::read_member<Form<bool>>(at, members, "selection", selection);
  observation.trace = shared(std::move(trace), last.trace);
}

// A pod's names and the cgroup that they are of.
void write_pod(Writer& json, const Observation& observation) {
  json::write_fields(json, pod_or_none(observation));
  json.key("cgroup_id");
  json.number_string(cgroup_id(observation));
}

void read_pod(const Place& at, const Value& value, LastRead& last, Observation& observation, std::uint64_t& id) {
  if (!value.IsObject()) return at.fail("is not an object");
  pods::Pod pod;
  const Members members(value);
  json::read_fields(at, members, pod);
  if (!json::read_member<json::Digits>(at, members, "cgroup_id", id)) Place(at, "cgroup_id").fail("is missing");
  observation.pod = shared(std::move(pod), last.pod);
}

void add_pod_schema(ObjectSchema& object, bool always_known) {
  json::add_fields<pods::Pod>(object);
  object.member("cgroup_id", "Kernel id of the cgroup, as a decimal string.", always_known,
                [](Writer& json, Schema& schema) { json::Digits::schema(json, schema); });
}

// The packet, and on its local side the pod; of the remote side nothing is known but its address.
void write_flow(Writer& json, const Observation& observation, const Flow& flow) {
  write_packet(json, flow);
  const bool egress = flow.direction == Direction::Egress;
  json.key("source");
  json.begin_object();
  if (egress) write_pod(json, observation);
  json.end_object();
  json.key("destination");
  json.begin_object();
  if (!egress) write_pod(json, observation);
  json.end_object();
}

Flow read_flow(const Place& at, const Members& members, LastRead& last, Observation& observation, std::uint64_t& id) {
  const Flow flow = read_packet(at, members);
  if (!at.ok()) return flow;
  const std::string_view side = flow.direction == Direction::Egress ? "source" : "destination";
  if (const Value* pod = members.find(side))
    read_pod(Place(at, side), *pod, last, observation, id);
  else
    Place(at, side).fail("is missing");
  return flow;
}

void add_flow_schema(ObjectSchema& object) {
  add_packet_schema(object);
  const auto side = [](Writer& json, Schema& schema) {
    schema.reference(json, "side", "One side of the packet: the pod on the local side, an empty object on the other.",
                     [](ObjectSchema& pod) { add_pod_schema(pod, false); });
  };
  object.member("source", "The pod, if it sent the packet; else an empty object.", true, side);
  object.member("destination", "The pod, if the packet is for it; else an empty object.", true, side);
}

// The member that holds the body of a type, as its description says.
template <typename Body>
void write_body(Writer& json, json::FieldName key, const Body& body) {
  json.key(key);
  Form<Body>::write(json, body, json::NoContext{});
}
template <typename Body>
void read_body(const Place& at, const Members& members, std::string_view key, Body& body) {
  if (!json::read_member<Form<Body>>(at, members, key, body)) Place(at, key).fail("is missing");
}
template <typename Body>
void add_body_schema(ObjectSchema& object, json::FieldName key) {
  object.member(key, json::Description<Body>::value.sentence, true,
                [](Writer& json, Schema& schema) { Form<Body>::schema(json, schema); });
}

// The types of events, each with its three directions. write and read are called behind the head.
template <typename Body>
struct Line;

template <>
struct Line<Started> {
  static constexpr std::string_view type = "start";
  static constexpr const char* sentence = "A trace began.";
  static void write(Writer& json, const Event&, const Started& start) { write_body(json, "start", start); }
  static void read(const Place& at, const Members& members, LastRead&, Event&, Started& start) {
    read_body(at, members, "start", start);
  }
  static void add_schema(ObjectSchema& object) { add_body_schema<Started>(object, "start"); }
};

template <>
struct Line<PodSeen> {
  static constexpr std::string_view type = "pod";
  static constexpr const char* sentence = "A cgroup of the target came into view or is gone.";
  static void write(Writer& json, const Event& event, const PodSeen& seen) {
    json.key("pod");
    json.begin_object();
    write_pod(json, event.observation);
    json.field("gone", seen.gone);
    json.end_object();
  }
  static void read(const Place& at, const Members& members, LastRead& last, Event& event, PodSeen& seen) {
    const Value* pod = members.find("pod");
    const Place place(at, "pod");
    if (pod == nullptr) return place.fail("is missing");
    read_pod(place, *pod, last, event.observation, seen.cgroup_id);
    if (pod->IsObject()) json::read_member<Form<bool>>(place, Members(*pod), "gone", seen.gone);
  }
  static void add_schema(ObjectSchema& object) {
    object.member("pod", "Whose cgroup it is.", true, [](Writer& json, Schema& schema) {
      schema.reference(json, "pod_body", "A pod and its cgroup.", [](ObjectSchema& body) {
        add_pod_schema(body, true);
        body.member("gone", "True if the cgroup was removed.", true,
                    [](Writer& value, Schema& more) { Form<bool>::schema(value, more); });
      });
    });
  }
};

// What a dns event holds beside its packet.
struct Lookup {
  std::string_view type;
  std::optional<Duration> latency;
  const dns::Message* message = nullptr;

  static constexpr auto describe() {
    return json::object(
        "l7", "The application protocol.", json::derived("type", &Lookup::type, "REQUEST or RESPONSE."),
        json::derived_unless_empty("latency_ns", &Lookup::latency,
                                   "Time since the question, of an answer. Nanoseconds, as a decimal string."),
        json::derived(
            "dns", [](const Lookup& lookup) -> const dns::Message& { return *lookup.message; }, "The DNS message."));
  }
};

template <>
struct Line<DnsSeen> {
  static constexpr std::string_view type = "dns";
  static constexpr const char* sentence = "A question that the pod sent or an answer that it received.";
  static constexpr std::array<std::string_view, 2> l7_types{"REQUEST", "RESPONSE"};

  static void write(Writer& json, const Event& event, const DnsSeen& seen) {
    const DnsNote note = event.dns.value_or(DnsNote{});
    write_flow(json, event.observation, flow_of(seen));
    write_body(json, "l7", Lookup{l7_types[seen.message.response ? 1 : 0], note.latency, &seen.message});
    json.field_if("unsolicited", note.unsolicited);
    json.field_if("credited", note.credited);
  }
  static void read(const Place& at, const Members& members, LastRead& last, Event& event, DnsSeen& seen) {
    const Flow flow = read_flow(at, members, last, event.observation, seen.cgroup_id);
    if (!at.ok()) return;
    seen.protocol = flow.protocol;
    seen.local = flow.local;
    seen.resolver = flow.remote;
    seen.message.response = flow.direction == Direction::Ingress;
    const Value* l7 = members.find("l7");
    const Place place(at, "l7");
    if (l7 == nullptr) return place.fail("is missing");
    if (!l7->IsObject()) return place.fail("is not an object");
    const Members lookup(*l7);
    std::string l7_type;
    if (json::read_member<Form<std::string>>(place, lookup, "type", l7_type) &&
        l7_type != l7_types[seen.message.response ? 1 : 0])
      Place(place, "type").fail("is not what the direction of the packet says");
    if (!json::read_member<Form<dns::Message>>(place, lookup, "dns", seen.message))
      Place(place, "dns").fail("is missing");
  }
  static void add_schema(ObjectSchema& object) {
    add_flow_schema(object);
    add_body_schema<Lookup>(object, "l7");
    const auto set = [](Writer& json, Schema&) { json.raw_member("enum", "[true]"); };
    object.member("unsolicited", "No question in flight asked for this answer: it credits nothing.", false, set);
    object.member("credited", "The addresses of this answer are credited to its question name.", false, set);
  }
};

template <>
struct Line<Dropped> {
  static constexpr std::string_view type = "drop";
  static constexpr const char* sentence = "One or more packets of the pod that the kernel dropped.";

  static void write(Writer& json, const Event& event, const Dropped& drop) {
    write_flow(json, event.observation, flow_of(drop));
    write_remote_names(json, event, drop.direction);
    write_body(json, "drop", drop);
    if (!event.cause) return;
    json.key("cause");
    Form<Cause>::write(json, *event.cause, EvidenceContext{event.observation.time});
  }
  static void read(const Place& at, const Members& members, LastRead& last, Event& event, Dropped& drop) {
    const Flow flow = read_flow(at, members, last, event.observation, drop.cgroup_id);
    drop.direction = flow.direction;
    drop.protocol = flow.protocol;
    drop.local = flow.local;
    drop.remote = flow.remote;
    drop.tcp_flags = flow.tcp_flags;
    read_body(at, members, "drop", drop);
  }
  static void add_schema(ObjectSchema& object) {
    add_flow_schema(object);
    const auto names = [](Writer& json, Schema& schema) { Form<std::vector<std::string>>::schema(json, schema); };
    object.member("destination_names",
                  "Names with a live credit of the remote address, without final dots; of an outgoing packet.", false,
                  names);
    object.member("source_names",
                  "Names with a live credit of the remote address, without final dots; of an incoming packet.", false,
                  names);
    add_body_schema<Dropped>(object, "drop");
    object.member("cause", "The finding.", false,
                  [](Writer& json, Schema& schema) { Form<Cause>::schema(json, schema); });
  }
};

template <>
struct Line<Lost> {
  static constexpr std::string_view type = "lost";
  static constexpr const char* sentence = "Records that did not arrive or could not be read.";
  static void write(Writer& json, const Event&, const Lost& lost) { write_body(json, "lost", lost); }
  static void read(const Place& at, const Members& members, LastRead&, Event&, Lost& lost) {
    read_body(at, members, "lost", lost);
  }
  static void add_schema(ObjectSchema& object) { add_body_schema<Lost>(object, "lost"); }
};

template <>
struct Line<Stopped> {
  static constexpr std::string_view type = "stop";
  static constexpr const char* sentence = "The trace ended.";
  static void write(Writer& json, const Event&, const Stopped& stop) { write_body(json, "stop", stop); }
  static void read(const Place& at, const Members& members, LastRead&, Event&, Stopped& stop) {
    read_body(at, members, "stop", stop);
  }
  static void add_schema(ObjectSchema& object) { add_body_schema<Stopped>(object, "stop"); }
};

// Calls use(Line<Body>{}, Body*) for every type of event.
template <typename Use, typename... Bodies>
void for_each_body(const std::variant<Bodies...>*, Use use) {
  (use(Line<Bodies>{}, static_cast<Bodies*>(nullptr)), ...);
}
template <typename Use>
void for_each_type(Use use) {
  for_each_body(static_cast<const decltype(Observation::what)*>(nullptr), use);
}

// Says whose JSON it is where that can be told: a file given by mistake is the commonest problem of all.
void check_schema(const Place& at, const Members& members) {
  const Place place(at, "schema");
  const Value* version = members.find("schema");
  if (version == nullptr && members.find("flow") != nullptr)
    return Place(at, "flow").fail("is what a Hubble flow has, not an event of cnamedrop");
  if (version == nullptr) return place.fail("is missing: JSON of another tool");
  std::uint32_t number = 0;
  json::read_as<Form<std::uint32_t>>(place, *version, number);
  if (number > schema_version)
    place.fail("is version " + std::to_string(number) + ", newer than this program's " +
               std::to_string(schema_version) + ": read it with a newer cnamedrop");
}

}  // namespace

void write_line(Writer& json, const Event& event, bool selection) {
  std::visit(
      [&]<typename Body>(const Body& body) {
        json.begin_object();
        json.field("schema", std::uint64_t{schema_version});
        json.field("type", Line<Body>::type);
        json::write_fields(json, Head{event.observation, selection});
        Line<Body>::write(json, event, body);
        json.end_object();
      },
      event.observation.what);
}

void read_line(const Place& at, const Members& members, LastRead& last, Event& event, bool& selection) {
  check_schema(at, members);
  std::string type;
  if (!json::read_member<Form<std::string>>(at, members, "type", type)) Place(at, "type").fail("is missing");
  read_head(at, members, last, event.observation, selection);
  if (!at.ok()) return;
  bool known = false;
  for_each_type([&]<typename L, typename Body>(L, Body*) {
    if (L::type != type) return;
    known = true;
    L::read(at, members, last, event, event.observation.what.template emplace<Body>());
  });
  if (!known) Place(at, "type").fail("is not a type of event that this program knows");
}

bool is_recomputed(std::string_view member) {
  return member == "cause" || member == "destination_names" || member == "source_names";
}

std::string json_schema() {
  Schema schema;
  std::vector<std::string> types;
  for_each_type([&]<typename L, typename Body>(L, Body*) {
    const std::string name = std::string(L::type) + "_event";
    std::string reference;
    Writer json(reference);
    schema.reference(json, name, L::sentence, [](ObjectSchema& object) {
      object.member("schema", "Version of this schema.", true, [](Writer& value, Schema&) {
        value.raw_member("enum", '[' + std::to_string(schema_version) + ']');
      });
      object.member("type", "Type of the event.", true,
                    [](Writer& value, Schema&) { value.raw_member("enum", "[\"" + std::string(L::type) + "\"]"); });
      json::add_fields<Head>(object);
      L::add_schema(object);
    });
    types.push_back(name);
  });
  return schema.finish("cnamedrop event",
                       "One line of a cnamedrop event file, schema version " + std::to_string(schema_version) + '.',
                       types);
}

}  // namespace cnamedrop::events
