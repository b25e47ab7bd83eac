// Keeps the state of each pod up to date and asks it for causes.
#include "join/join.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "events/enum_names.h"

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

}  // namespace

Join::Join(const Settings& settings, std::string node_name, std::shared_ptr<const policy::Policy> policy)
    : settings_(settings),
      node_name_(std::move(node_name)),
      policy_(std::move(policy)),
      cgroups_(settings.max_cgroups),
      pods_(settings.max_pods) {}

events::Event Join::annotate(events::Observation observation) {
  events::Event event;
  event.node_name = node_name_;
  event.observation = std::move(observation);
  const Time time = event.observation.time;
  if (!started_) started_ = time;
  const auto& what = event.observation.what;
  if (const auto* started = std::get_if<events::Started>(&what)) {
    if (!started->dns_ports.empty()) dns_ports_ = started->dns_ports;
    started_ = time;
  } else if (const auto* seen = std::get_if<events::PodSeen>(&what)) {
    on_pod(*seen, event);
  } else if (const auto* dns = std::get_if<events::DnsSeen>(&what)) {
    on_dns(*dns, time, event);
  } else if (const auto* drop = std::get_if<events::Dropped>(&what)) {
    on_drop(*drop, time, event);
  } else if (const auto* lost = std::get_if<events::Lost>(&what)) {
    on_lost(*lost);
  }
  return event;
}

std::string Join::pod_key(std::uint64_t cgroup_id) const {
  const pods::Pod* pod = cgroups_.find(cgroup_id);
  return pod != nullptr ? pod->key() : "cgroup " + std::to_string(cgroup_id);
}

PodState& Join::pod_state(std::uint64_t cgroup_id) { return pods_.use(pod_key(cgroup_id), settings_); }

void Join::describe_pod(std::uint64_t cgroup_id, events::Event& event) const {
  event.cgroup_id = cgroup_id;
  if (const pods::Pod* pod = cgroups_.find(cgroup_id)) event.pod = *pod;
}

void Join::on_pod(const events::PodSeen& seen, events::Event& event) {
  event.cgroup_id = seen.cgroup_id;
  event.pod = seen.pod;
  // A pod that is gone keeps its name: its last packets may still be dropped.
  if (!seen.gone) cgroups_.use(seen.cgroup_id) = seen.pod;
}

void Join::on_dns(const events::DnsSeen& dns, Time time, events::Event& event) {
  describe_pod(dns.cgroup_id, event);
  PodState& pod = pod_state(dns.cgroup_id);
  events::DnsNote& note = event.dns.emplace();
  const std::uint64_t evicted_before = pod.evicted();
  if (dns.message.response)
    on_answer(dns, time, pod, note);
  else
    on_question(dns, time, pod);
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
  note.latency_ns = static_cast<std::uint64_t>(elapsed(*asked, time));
  if (dns.message.rcode == dns::rcode::NXDOMAIN) pod.search_domains.deny(dns.message.questions.front().name);
  if (dns.message.cut) pod.cut_answer = true;
  pod.aliases.learn(dns.message, time);
  note.credited = pod.credits.learn(dns.message, *asked, time);
  if (!note.credited) pod.credits.note_uncredited(dns.message, why_uncredited(dns.message));
}

void Join::on_drop(const events::Dropped& drop, Time time, events::Event& event) {
  describe_pod(drop.cgroup_id, event);
  const PodState& pod = pod_state(drop.cgroup_id);
  TraceContext trace{settings_, policy_.get(), dns_ports_, *started_, dns_losses_, pods_.evicted() > 0, {}};
  if (pod.credits.find(addressed_remote(drop).address) == nullptr)
    trace.learned_by_pods = others_that_learned(addressed_remote(drop).address, pod_key(drop.cgroup_id));
  event.cause = find_cause(drop, time, pod, trace);
  causes_[event.cause->kind] += drop.count;
  for (const events::Credit& credit : event.cause->credits)
    if (credit.live) event.remote_names.push_back(credit.name);
}

std::vector<std::string> Join::others_that_learned(const dns::IpAddress& address, const std::string& except) const {
  constexpr std::size_t max_shown = 8;
  std::vector<std::string> keys;
  for (const auto& [key, pod] : pods_) {
    if (keys.size() >= max_shown) break;
    if (key != except && pod.credits.find(address) != nullptr) keys.push_back(key);
  }
  return keys;
}

void Join::on_lost(const events::Lost& lost) {
  const bool dns =
      std::find(std::begin(dns_loss_kinds), std::end(dns_loss_kinds), lost.what) != std::end(dns_loss_kinds);
  const bool known = std::find(dns_losses_.begin(), dns_losses_.end(), lost.what) != dns_losses_.end();
  if (dns && !known) dns_losses_.push_back(lost.what);
}

std::map<std::string, std::uint64_t> Join::totals() const {
  std::map<std::string, std::uint64_t> totals = {{"answers_unsolicited", unsolicited_}, {"join_evicted", evicted()}};
  std::uint64_t& unanswered = totals["questions_unanswered"];
  for (const auto& [key, pod] : pods_) unanswered += pod.questions.unanswered();
  for (const auto& [kind, packets] : causes_) totals["packets_" + std::string(events::to_string(kind))] = packets;
  return totals;
}

}  // namespace cnamedrop::join
