// SPDX-License-Identifier: Apache-2.0
// Answers and retries are matched by what they must repeat; whoever waits too long becomes a finding.
#include "explain/dns_findings.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "join/pod_key.h"
#include "types/hash.h"

namespace cnamedrop::explain {
namespace {

constexpr Duration patience = std::chrono::seconds(5);  // resolv.conf(5): the time-out of a question
constexpr std::size_t max_waiting = 65536;
constexpr std::size_t max_findings = 4096;
constexpr std::size_t max_pods = 8192;

}  // namespace

DnsFindings::DnsFindings(std::shared_ptr<const policy::Policy> policy)
    : policy_(std::move(policy)),
      unanswered_(patience, max_waiting),
      truncated_(patience, max_waiting),
      pods_(max_pods),
      findings_(max_findings) {}

std::size_t DnsFindings::AwaitedHash::operator()(const Awaited& awaited) const noexcept {
  const std::size_t name = std::hash<dns::Name>{}(awaited.question.name);
  return mix_hash(name, std::size_t{awaited.question.type} << 32 | std::size_t{awaited.local.port} << 16 | awaited.id);
}

void DnsFindings::add(const events::Event& event) {
  const auto& seen = std::get<events::DnsSeen>(event.observation.what);
  const Time time = event.observation.time;
  pass(time);
  if (seen.message.questions.empty()) return;
  const std::string key = join::pod_key(event.observation);
  if (pods_.find(key) == nullptr)
    pods_.use(key) = {events::node_name(event.observation), event.observation.pod, seen.cgroup_id};
  const Awaited awaited{key, seen.local, seen.resolver, seen.message.id, seen.message.questions.front()};
  if (seen.message.response)
    add_answer(awaited, seen, time);
  else
    add_question(awaited, seen, time);
}

void DnsFindings::add_question(const Awaited& awaited, const events::DnsSeen& seen, Time time) {
  unanswered_.expect(awaited, time);
  if (seen.protocol == events::protocol::TCP) truncated_.came({awaited.pod, {}, awaited.resolver, 0, awaited.question});
}

void DnsFindings::add_answer(const Awaited& awaited, const events::DnsSeen& seen, Time time) {
  unanswered_.came(awaited);
  if (seen.message.rcode == dns::rcode::REFUSED) count(DnsTrouble::Refused, awaited, time);
  if (seen.message.truncated && seen.protocol == events::protocol::UDP)
    truncated_.expect({awaited.pod, {}, awaited.resolver, 0, awaited.question}, time);
}

void DnsFindings::pass(Time now) {
  unanswered_.pass(now, [&](const Awaited& awaited, Time since) { count(DnsTrouble::Unanswered, awaited, since); });
  truncated_.pass(now, [&](const Awaited& awaited, Time since) { count(DnsTrouble::Truncated, awaited, since); });
}

void DnsFindings::count(DnsTrouble trouble, const Awaited& awaited, Time time) {
  const dns::Question& question = awaited.question;
  DnsFinding& finding = findings_.use(std::string(events::to_string(trouble)) + '\n' + awaited.pod + '\n' +
                                      question.name + '\n' + std::to_string(question.type));
  if (finding.count++ == 0) {
    finding.trouble = trouble;
    if (const Who* who = pods_.find(awaited.pod)) {
      finding.node_name = who->node_name;
      finding.pod = who->pod;
      finding.cgroup_id = who->cgroup_id;
    }
    finding.question = question;
    finding.resolver = awaited.resolver;
    finding.first = finding.last = time;
    finding.note = note_on(trouble, question.name);
  }
  finding.first = std::min(finding.first, time);
  finding.last = std::max(finding.last, time);
}

std::string DnsFindings::note_on(DnsTrouble trouble, const dns::Name& name) const {
  if (trouble != DnsTrouble::Refused || policy_ == nullptr || policy_->dns_rules.empty()) return "";
  for (const policy::Selector& rule : policy_->dns_rules)
    if (rule.matches(name))
      return "the DNS rule " + rule.text + " (" + policy::to_string(rule.source) + ") lets it be asked for";
  return "no DNS rule of the policy lets it be asked for";
}

std::vector<DnsFinding> DnsFindings::take(Time end) {
  pass(end);
  std::vector<DnsFinding> all;
  for (const auto& [key, finding] : findings_) all.push_back(finding);
  std::stable_sort(all.begin(), all.end(), [](const DnsFinding& a, const DnsFinding& b) {
    if (a.trouble != b.trouble) return a.trouble < b.trouble;
    return a.first != b.first ? a.first < b.first : a.question.name < b.question.name;
  });
  return all;
}

}  // namespace cnamedrop::explain
