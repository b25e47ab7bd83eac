// SPDX-License-Identifier: Apache-2.0
// Keeps the state of each pod up to date and asks it for causes.
#include "join/join.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "events/enum_names.h"
#include "join/pod_key.h"

namespace cnamedrop::join {
namespace {

// Losses after which an address may have been learned unseen.
constexpr std::string_view dns_loss_kinds[] = {"dns_ring_full", "dns_undecodable", "dns_tcp", "program_recursion"};

const char* why_uncredited(const dns::Message& answer) {
  const std::uint16_t type = answer.questions.empty() ? 0 : answer.questions.front().type;
  if (answer.rcode != dns::rcode::NOERROR) return "its rcode was not NOERROR";
  if (type == dns::type::HTTPS || type == dns::type::SVCB) return "as a hint only, which policies do not credit";
  return "its question was not for addresses, which policies do not credit";
}

void note_loss(const std::string& what, std::vector<std::string>& losses) {
  const bool dns = std::find(std::begin(dns_loss_kinds), std::end(dns_loss_kinds), what) != std::end(dns_loss_kinds);
  if (dns && std::find(losses.begin(), losses.end(), what) == losses.end()) losses.push_back(what);
}

}  // namespace

Join::Join(const Settings& settings, std::shared_ptr<const policy::Policy> policy)
    : settings_(settings),
      policy_(std::move(policy)),
      traces_(settings.max_traces),
      cgroups_(settings.max_cgroups),
      pods_(settings.max_pods) {}

events::Event Join::annotate(events::Observation observation) {
  events::Event event;
  event.observation = std::move(observation);
  Trace& trace = trace_of(event.observation);
  const auto& what = event.observation.what;
  if (const auto* started = std::get_if<events::Started>(&what)) {
    begin(trace, event.observation.time);
    if (!started->dns_ports.empty()) trace.dns_ports = started->dns_ports;
  } else if (const auto* seen = std::get_if<events::PodSeen>(&what)) {
    // A pod that is gone keeps its name: its last packets may still be dropped.
    if (!seen->gone && event.observation.pod != nullptr)
      cgroups_.use({trace.serial, seen->cgroup_id}) = event.observation.pod;
  } else if (const auto* dns = std::get_if<events::DnsSeen>(&what)) {
    name_pod(trace, event.observation);
    on_dns(*dns, event);
  } else if (const auto* drop = std::get_if<events::Dropped>(&what)) {
    name_pod(trace, event.observation);
    on_drop(trace, *drop, event);
  } else if (const auto* lost = std::get_if<events::Lost>(&what)) {
    note_loss(lost->what, trace.dns_losses);
  }
  return event;
}

Join::Trace& Join::trace_of(const events::Observation& observation) {
  std::string key = events::node_name(observation);
  if (observation.trace != nullptr) (key += '\n') += observation.trace->trace_id;
  Trace& trace = traces_.use(key);
  if (trace.serial == 0) begin(trace, observation.time);
  return trace;
}

void Join::begin(Trace& trace, Time time) {
  trace = {};
  trace.serial = ++traces_begun_;
  trace.started = time;
}

// What the trace has told of a cgroup goes before what a line says of itself: both say the same, but for a pod that was
// named in the meantime.
void Join::name_pod(const Trace& trace, events::Observation& observation) {
  const CgroupKey key{trace.serial, events::cgroup_id(observation)};
  if (const auto* known = cgroups_.find(key))
    observation.pod = *known;
  else if (observation.pod != nullptr)
    cgroups_.use(key) = observation.pod;
}

void Join::on_dns(const events::DnsSeen& dns, events::Event& event) {
  PodState& pod = pods_.use(pod_key(event.observation), settings_);
  events::DnsNote& note = event.dns.emplace();
  const std::uint64_t evicted_before = pod.evicted();
  if (dns.message.response)
    on_answer(dns, event.observation.time, pod, note);
  else
    on_question(dns, event.observation.time, pod);
  evicted_in_pods_ += pod.evicted() - evicted_before;
}

void Join::on_question(const events::DnsSeen& dns, Time time, PodState& pod) {
  pod.questions.ask(dns, time);
  for (const dns::Question& question : dns.message.questions) pod.search_domains.ask(question.name);
}

void Join::on_answer(const events::DnsSeen& dns, Time time, PodState& pod, events::DnsNote& note) {
  const std::optional<Time> asked = pod.questions.answer(dns);
  if (!asked) {
    note.unsolicited = true;
    ++unsolicited_;
    pod.credits.note_uncredited(dns.message, "nobody was seen to ask for that answer");
    return;
  }
  note.latency = elapsed(*asked, time);
  if (dns.message.rcode == dns::rcode::NXDOMAIN) pod.search_domains.deny(dns.message.questions.front().name);
  if (dns.message.cut) pod.cut_answer = true;
  pod.aliases.learn(dns.message, time);
  note.credited = pod.credits.learn(dns.message, *asked, time);
  if (!note.credited) pod.credits.note_uncredited(dns.message, why_uncredited(dns.message));
}

void Join::on_drop(const Trace& trace, const events::Dropped& drop, events::Event& event) {
  const std::string key = pod_key(event.observation);
  const PodState& pod = pods_.use(key, settings_);
  TraceContext context{settings_, policy_.get(), trace.dns_ports, trace.started, trace.dns_losses, pods_.evicted() > 0,
                       {}};
  if (pod.credits.find(addressed_remote(drop).address) == nullptr)
    context.learned_by_pods = others_that_learned(addressed_remote(drop).address, key);
  event.cause = find_cause(drop, event.observation.time, pod, context);
  causes_[event.cause->kind] += drop.count;
}

// Of the same node: policies are applied node by node.
std::vector<std::string> Join::others_that_learned(const dns::IpAddress& address, const std::string& except) const {
  constexpr std::size_t max_shown = 8;
  std::vector<std::string> keys;
  for (const auto& [key, pod] : pods_) {
    if (keys.size() >= max_shown) break;
    if (key != except && same_node(key, except) && pod.credits.find(address) != nullptr)
      keys.emplace_back(pod_of_key(key));
  }
  return keys;
}

std::vector<std::string> Join::dns_losses() const {
  std::vector<std::string> losses;
  for (const auto& [key, trace] : traces_)
    for (const std::string& what : trace.dns_losses) note_loss(what, losses);
  return losses;
}

std::map<std::string, std::uint64_t> Join::totals() const {
  std::map<std::string, std::uint64_t> totals = {{"answers_unsolicited", unsolicited_}, {"join_evicted", evicted()}};
  std::uint64_t& unanswered = totals["questions_unanswered"];
  for (const auto& [key, pod] : pods_) unanswered += pod.questions.unanswered();
  for (const auto& [kind, packets] : causes_) totals["packets_" + std::string(events::to_string(kind))] = packets;
  return totals;
}

}  // namespace cnamedrop::join
