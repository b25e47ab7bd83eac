// SPDX-License-Identifier: Apache-2.0
// Field names are those of the event file wherever it has the same thing; the evidence is written as a cause is there.
#include "explain/report_json.h"

#include "events/dns_json.h"
#include "events/forms.h"
#include "json/form.h"
#include "json/schema.h"

namespace cnamedrop::explain {
namespace {

using json::derived;
using json::derived_unless_empty;
using json::object;
using json::Schema;
using json::Writer;

// Whose the finding is.
struct Who {
  std::string_view node_name;
  const pods::Pod* pod = nullptr;  // null: unknown
  std::uint64_t cgroup_id = 0;

  // "" where no pod is known.
  template <std::string pods::Pod::*member>
  static std::string_view part(const Who& who) {
    return who.pod == nullptr ? std::string_view{} : std::string_view(who.pod->*member);
  }
  static constexpr auto describe() {
    return object(
        "pod", "Whose packets or questions they are.",
        derived_unless_empty("node_name", &Who::node_name, "Name of the node."),
        derived_unless_empty("namespace", part<&pods::Pod::namespace_name>, "Kubernetes namespace of the pod."),
        derived_unless_empty("pod_name", part<&pods::Pod::name>, "Name of the pod."),
        derived_unless_empty("pod_uid", part<&pods::Pod::uid>, "UID of the pod."),
        derived_unless_empty("cgroup", part<&pods::Pod::cgroup_path>, "Path of the cgroup of the first packet."),
        derived<json::Digits>("cgroup_id", &Who::cgroup_id, "Kernel id of that cgroup, as a decimal string."));
  }
};

struct PlaceRow {
  const Place* place = nullptr;
  std::uint64_t packets = 0;

  static constexpr auto describe() {
    return object("place", "Where in the kernel packets were dropped, and for which reason.",
                  derived(
                      "traffic_direction", [](const PlaceRow& row) { return row.place->direction; },
                      "Direction of the packets as the pod sees it."),
                  derived_unless_empty(
                      "reason", [](const PlaceRow& row) -> const std::string& { return row.place->reason; },
                      "Name in the kernel's enum skb_drop_reason."),
                  derived_unless_empty(
                      "symbol", [](const PlaceRow& row) -> const std::string& { return row.place->symbol; },
                      "Kernel function, with offset, that freed the packets."),
                  derived_unless_empty(
                      "interface", [](const PlaceRow& row) -> const std::string& { return row.place->interface; },
                      "Name of the network device."),
                  derived("packets", &PlaceRow::packets, "How many."));
  }
};

struct RemoteRow {
  const Remote* remote = nullptr;
  std::uint64_t packets = 0;

  static constexpr auto describe() {
    return object("remote", "What packets were addressed to, as the pod addressed it.",
                  derived(
                      "protocol", [](const RemoteRow& row) { return events::protocol_to_string(row.remote->protocol); },
                      "IP protocol, by name or number."),
                  derived(
                      "ip", [](const RemoteRow& row) { return row.remote->endpoint.address; }, "Address."),
                  derived_unless_empty(
                      "port", [](const RemoteRow& row) { return row.remote->endpoint.port; },
                      "Port; absent when the protocol has none."),
                  derived("packets", &RemoteRow::packets, "How many."));
  }
};

template <typename Row, typename Key>
std::vector<Row> rows_of(const Tally<Key>& tally) {
  std::vector<Row> rows;
  for (const auto& [key, packets] : tally.packets) rows.push_back({&key, packets});
  return rows;
}

// The cause of the first drop, with ages at that drop.
struct Evidence {
  static void write(Writer& json, const Finding& finding) {
    json::Form<events::Cause>::write(json, finding.cause, events::EvidenceContext{finding.first});
  }
  static void schema(Writer& json, Schema& schema) { json::Form<events::Cause>::schema(json, schema); }
};

// The chases of refused names, with ages at the first refusal.
struct DnsChases {
  using Chases = json::Form<std::vector<events::Chase>>;

  static bool is_empty(const DnsFinding& finding) { return finding.chases.empty(); }
  static void write(Writer& json, const DnsFinding& finding) {
    Chases::write(json, finding.chases, events::EvidenceContext{finding.first});
  }
  static void schema(Writer& json, Schema& schema) { Chases::schema(json, schema); }
};

// The trace as a whole, which stands in an object of its own.
struct TraceOf {
  const Report& report;

  static std::string node_name(const TraceOf& trace) {
    const std::set<std::string>& names = trace.report.node_names;
    return names.size() == 1 ? *names.begin() : "";
  }
  static std::set<std::string> node_names(const TraceOf& trace) {
    return trace.report.node_names.size() > 1 ? trace.report.node_names : std::set<std::string>{};
  }
  static std::optional<Time> if_any(const TraceOf& trace, Time time) {
    return trace.report.events == 0 ? std::nullopt : std::optional(time);
  }
  static constexpr auto describe() {
    return object(
        "trace", "What was read.",
        derived(
            "events", [](const TraceOf& t) { return t.report.events; }, "Events read."),
        derived_unless_empty("node_name", node_name, "Name of the node, where all events are of one."),
        derived_unless_empty("node_names", node_names, "Names of the nodes, where events are of several."),
        derived_unless_empty(
            "first", [](const TraceOf& t) { return if_any(t, t.report.first); }, "Time of the first event."),
        derived_unless_empty(
            "last", [](const TraceOf& t) { return if_any(t, t.report.last); }, "Time of the last event."),
        derived(
            "ended", [](const TraceOf& t) { return t.report.ended; }, "True if a stop event came last."),
        derived(
            "judged_by_policy", [](const TraceOf& t) { return t.report.judged_by_policy; },
            "True if a policy was given."),
        derived(
            "lines_skipped", [](const TraceOf& t) { return t.report.lines_skipped; }, "Lines that are no events."),
        derived_unless_empty(
            "lines_missing", [](const TraceOf& t) { return t.report.lines_missing; },
            "Lines that were lost, by the gaps in seq."),
        derived_unless_empty(
            "problems", [](const TraceOf& t) -> const std::vector<std::string>& { return t.report.problems; },
            "What is wrong with the first lines that were skipped."),
        derived_unless_empty(
            "read_error", [](const TraceOf& t) -> const std::string& { return t.report.read_error; },
            "Why reading ended early."),
        derived(
            "lost", [](const TraceOf& t) -> const std::map<std::string, std::uint64_t>& { return t.report.lost; },
            "Losses of the trace, by kind."));
  }
};

}  // namespace
}  // namespace cnamedrop::explain

namespace cnamedrop::json {

template <>
struct Description<explain::Client> {
  using C = explain::Client;
  static constexpr auto value = object("client", "Which DNS client asks this way.",
                                       always("kind", &C::kind, "The client; unknown where the questions do not tell."),
                                       optional("evidence", &C::evidence, "The questions that tell."),
                                       optional("candidates", &C::candidates, "Who asks like that, of an unknown one."),
                                       optional("tell_apart", &C::tell_apart, "What would tell them apart."));
};

template <>
struct Description<explain::Cure> {
  using C = explain::Cure;
  static constexpr auto value = object(
      "cure", "What may help, tried on the trace.", always("kind", &C::kind, "Which cure."),
      always("verdict", &C::verdict,
             "holds: nothing in the trace speaks against it; holds_now: as long as a condition lasts that the client "
             "does not control; fails: the drops would come back."),
      always("what", &C::what, "What to do, in words."), optional("why", &C::why, "How it was judged."),
      optional("patch", &C::patch, "Lines of YAML, or a setting."));
};

template <>
struct Description<explain::Finding> {
  using F = explain::Finding;
  static constexpr auto whole = [](const F& finding) -> const F& { return finding; };
  static constexpr auto value = object(
      "finding", "Drops of one pod with the same cause and the same names behind it.",
      always("kind", &F::kind, "The cause."),
      derived(
          "pod",
          [](const F& f) {
            return explain::Who{f.node_name, f.pod.get(), f.cgroup_id};
          },
          "Whose packets they are."),
      optional("names", &F::names,
               "Of cname_only the names that the pod had wanted; else the names of the credits or of the question."),
      always("packets", &F::packets, "Packets dropped."),
      always("connections", &F::connections, "Connections that were to be opened, by their SYN: at least so many."),
      always("first", &F::first, "Time of the first drop."), always("last", &F::last, "Time of the last drop."),
      derived(
          "places", [](const F& f) { return explain::rows_of<explain::PlaceRow>(f.places); },
          "Where they were dropped."),
      derived_unless_empty(
          "packets_at_other_places", [](const F& f) { return f.places.others; },
          "Packets at places beyond those listed."),
      derived(
          "remotes", [](const F& f) { return explain::rows_of<explain::RemoteRow>(f.remotes); },
          "What they were addressed to."),
      derived_unless_empty(
          "packets_to_other_remotes", [](const F& f) { return f.remotes.others; },
          "Packets to remotes beyond those listed."),
      optional("doubts", &F::doubts, "What may make the finding wrong, over all drops."),
      optional("credited_names", &F::credited, "Names of live credits, over all drops."),
      derived<explain::Evidence>("evidence", whole, "The cause of the first drop, with ages at that drop."),
      always("client", &F::client, "Which DNS client asks this way."), always("cures", &F::cures, "What may help."));
};

template <>
struct Description<explain::DnsFinding> {
  using F = explain::DnsFinding;
  static constexpr auto value = object(
      "dns_finding", "What went wrong before any packet could be dropped.", always("kind", &F::trouble, "What it is."),
      derived(
          "pod",
          [](const F& f) {
            return explain::Who{f.node_name, f.pod.get(), f.cgroup_id};
          },
          "Whose questions they are."),
      always("question", &F::question, "The first question."),
      optional("names", &F::names, "Names that were asked for, search domains apart."),
      derived(
          "resolver", [](const F& f) { return f.resolver.address; }, "The first resolver that was asked."),
      always("count", &F::count, "How often."), always("first", &F::first, "The first time."),
      always("last", &F::last, "The last time."),
      derived_unless_empty<explain::DnsChases>(
          "chases", [](const F& f) -> const F& { return f; },
          "Of refused names: how the pod came to them from a name that it had wanted."),
      always("client", &F::client, "Which DNS client asks this way."), always("cures", &F::cures, "What may help."),
      optional("note", &F::note, "With a policy: whether its DNS rules let the name be asked for."));
};

template <>
struct Description<explain::Assumption> {
  using A = explain::Assumption;
  static constexpr auto value =
      object("assumption", "What would have happened, had the client asked in another order.",
             always("order", &A::order, "The order."),
             always("packets_gone", &A::packets_gone, "Packets that would have passed."),
             always("packets_cached", &A::packets_cached,
                    "Packets that would have been dropped all the same, by aliases from a cache."),
             optional("origins_gone", &A::origins_gone, "Names whose packets would have passed."));
};

template <>
struct Description<explain::Report> {
  using R = explain::Report;
  static constexpr auto value = object(
      "report", "Summary of an event file.",
      derived(
          "report", [](const R&) { return std::uint8_t{explain::report_version}; }, "Version of this schema."),
      derived(
          "trace", [](const R& r) { return explain::TraceOf{r}; }, "What was read."),
      optional("assumption", &R::assumption, "Of --assume-order."),
      optional("closing_packets", &R::closing_packets, "Packets dropped at the end of conversations: no findings."),
      always("findings", &R::findings, "Drops by pod, cause and name; most packets first."),
      optional("findings_omitted", &R::findings_omitted, "Findings beyond those listed."),
      always("dns_findings", &R::dns_findings, "Look-ups that failed."),
      optional("dns_findings_omitted", &R::dns_findings_omitted, "DNS findings beyond those listed."));
};

}  // namespace cnamedrop::json

namespace cnamedrop::explain {

void append_report_json(std::string& out, const Report& report) {
  Writer json(out);
  json::Form<Report>::write(json, report, json::NoContext{});
  out += '\n';
}

std::string report_schema() {
  Schema schema;
  std::string reference;
  Writer json(reference);
  json::Form<Report>::schema(json, schema);
  return schema.finish("cnamedrop report",
                       "The output of `cnamedrop explain -o json`, version " + std::to_string(report_version) + '.',
                       {"report"});
}

}  // namespace cnamedrop::explain
