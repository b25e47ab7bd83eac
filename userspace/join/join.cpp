// SPDX-License-Identifier: Apache-2.0
// Keeps the state of each pod up to date and asks it for causes.
#include "join/join.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "events/enum_names.h"
#include "join/doubts.h"
#include "join/pod_key.h"

namespace cnamedrop::join {
namespace {

// Losses after which an address may have been learned unseen.
constexpr std::string_view dns_loss_kinds[] = {"dns_ring_full", "dns_undecodable", "dns_tcp", "program_recursion",
                                               "output"};
constexpr std::string_view missing_lines = "missing_lines";

// Longer than the longest pause between two SYNs of one connection (tcp(7): six retries, 1 to 64 s apart).
constexpr Duration connection_silence = std::chrono::seconds(130);

const char* why_uncredited(const dns::Message& answer) {
  return answer.rcode != dns::rcode::NOERROR ? "its rcode was not NOERROR"
                                             : "as a hint only, which policies do not credit";
}

bool may_cost_dns(std::string_view what) {
  return std::find(std::begin(dns_loss_kinds), std::end(dns_loss_kinds), what) != std::end(dns_loss_kinds);
}

// Policies see what leaves the pod's network namespace: not what a resolver inside of it answers.
bool is_answered_in_pod(const events::DnsSeen& dns, const PodState& pod) {
  return dns::is_loopback(dns.resolver.address) || dns::is_loopback(dns.local.address) ||
         dns.resolver.address == dns.local.address || pod.own.contains(dns.resolver.address);
}

// What policies choose pods by. It may be named later than it is seen.
std::string facts_key(const pods::Pod* pod) {
  return pod == nullptr ? "" : pod->uid + '\n' + pod->namespace_name + '\n' + pod->name;
}

}  // namespace

Join::Join(const Settings& settings, std::shared_ptr<const policy::Policy> policy)
    : settings_(settings),
      policy_(std::move(policy)),
      pod_policies_(settings.max_pods),
      traces_(settings.max_traces),
      cgroups_(settings.max_cgroups),
      pods_(settings.max_pods),
      connections_(settings.max_connections) {}

std::size_t Join::ConnectionKeyHash::operator()(const ConnectionKey& key) const noexcept {
  const std::size_t local = mix_hash(dns::IpAddressHash{}(key.local.address), key.local.port);
  const std::size_t remote = mix_hash(dns::IpAddressHash{}(key.remote.address), key.remote.port);
  return mix_hash(mix_hash(std::hash<std::string>{}(key.pod), local), remote);
}

void Join::set_policy(std::shared_ptr<const policy::Policy> policy) {
  policy_ = std::move(policy);
  pod_policies_ = BoundedMap<std::string, std::shared_ptr<const policy::PodPolicy>>(settings_.max_pods);
  connections_ = BoundedMap<ConnectionKey, Connection, ConnectionKeyHash>(settings_.max_connections);
}

std::shared_ptr<const policy::PodPolicy> Join::policy_for(const pods::Pod* pod) {
  if (policy_ == nullptr) return nullptr;
  std::shared_ptr<const policy::PodPolicy>& made = pod_policies_.use(facts_key(pod));
  if (made == nullptr) made = std::make_shared<const policy::PodPolicy>(policy_, pod);
  return made;
}

void Join::note_missing_lines(const events::Observation& before) {
  trace_of(before).losses[std::string(missing_lines)] = before.time;
}

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
    on_lost(*lost, trace, event.observation);
  }
  return event;
}

// What an evicted pod had learned is forgotten: another one under its key begins with a doubt.
PodState& Join::state_of(const std::string& pod, Time time) {
  const bool may_be_forgotten = pods_.find(pod) == nullptr && pods_.evicted() > 0;
  PodState& state = pods_.use(pod, settings_);
  if (may_be_forgotten) state.losses[std::string(doubt::evicted)] = time;
  return state;
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
  PodState& pod = state_of(pod_key(event.observation), event.observation.time);
  events::DnsNote& note = event.dns.emplace();
  const std::uint64_t evicted_before = pod.evicted();
  if (!dns.message.response) pod.own.add(dns.local.address);
  if (dns.message.response)
    on_answer(dns, event.observation.time, pod, note);
  else
    on_question(dns, event.observation.time, pod);
  if (pod.evicted() == evicted_before) return;
  evicted_in_pods_ += pod.evicted() - evicted_before;
  pod.losses[std::string(doubt::evicted)] = event.observation.time;
}

// The loss of one pod is no doubt of another's causes.
void Join::on_lost(const events::Lost& lost, Trace& trace, const events::Observation& observation) {
  if (!may_cost_dns(lost.what)) return;
  LossTimes& losses =
      observation.pod == nullptr ? trace.losses : state_of(pod_key(observation), observation.time).losses;
  losses[lost.what] = observation.time;
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
  if (dns.message.cut) pod.losses[std::string(doubt::cut_answer)] = time;
  pod.aliases.learn(dns.message, time);
  if (is_answered_in_pod(dns, pod)) {
    pod.credits.note_uncredited(dns.message, "it came from a resolver inside the pod, which policies do not see");
    return;
  }
  pod.resolvers.add(dns.resolver.address);
  note.credited = pod.credits.learn(dns.message, *asked, time);
  if (!note.credited) pod.credits.note_uncredited(dns.message, why_uncredited(dns.message));
}

void Join::on_drop(const Trace& trace, const events::Dropped& drop, events::Event& event) {
  const Time time = event.observation.time;
  const ConnectionKey key{pod_key(event.observation), drop.protocol, drop.local, addressed_remote(drop)};
  const bool opens = drop.protocol != events::protocol::TCP || events::is_syn(drop);
  const bool is_tracked = opens && drop.direction == events::Direction::Egress && events::has_ports(drop.protocol);
  Connection* known = is_tracked ? connections_.find(key) : nullptr;
  if (known != nullptr && elapsed(known->last, time) > connection_silence) known = nullptr;
  const bool keeps_cause = known != nullptr && known->cause.kind > events::CauseKind::Inbound &&
                           known->cause.kind != events::CauseKind::TooFresh;
  event.cause = keeps_cause ? known->cause : judge(trace, drop, event.observation, known != nullptr);
  if (known != nullptr && known->cause.kind == events::CauseKind::TooFresh &&
      event.cause->kind == events::CauseKind::AllowedByName)
    event.cause->note = "not the race: a retry of the connection was dropped as well";
  if (is_tracked) connections_.use(key) = {time, *event.cause};
  causes_[event.cause->kind] += drop.count;
}

events::Cause Join::judge(const Trace& trace, const events::Dropped& drop, const events::Observation& observation,
                          bool is_retry) {
  const std::string key = pod_key(observation);
  const PodState& pod = state_of(key, observation.time);
  const std::shared_ptr<const policy::PodPolicy> policy = policy_for(observation.pod.get());
  TraceContext context{settings_, policy.get(), trace.dns_ports, trace.started, trace.losses};
  context.is_retry = is_retry;
  context.container_known = observation.pod != nullptr && !observation.pod->container_id.empty();
  add_other_pods(addressed_remote(drop).address, key, observation.time, context);
  return find_cause(drop, observation.time, pod, context);
}

// Of the same node: policies are applied node by node.
void Join::add_other_pods(const dns::IpAddress& address, const std::string& except, Time at,
                          TraceContext& context) const {
  constexpr std::size_t max_shown = 8;
  constexpr std::size_t max_credits = 256;
  for (const auto& [key, pod] : pods_) {
    if (key == except || !same_node(key, except)) continue;
    const std::vector<CreditEntry>* credits = pod.credits.find(address);
    if (credits == nullptr) continue;
    if (context.learned_by_pods.size() < max_shown) context.learned_by_pods.emplace_back(pod_of_key(key));
    for (const CreditEntry& credit : *credits)
      if (credit.live(at) && context.others.size() < max_credits)
        context.others.push_back({credit, std::string(pod_of_key(key))});
  }
}

std::vector<std::string> Join::dns_losses() const {
  std::vector<std::string> losses;
  for (const auto& [key, trace] : traces_)
    for (const auto& [what, time] : trace.losses)
      if (std::find(losses.begin(), losses.end(), what) == losses.end()) losses.push_back(what);
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
