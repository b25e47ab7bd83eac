// SPDX-License-Identifier: Apache-2.0
// While the trace is read, what happens is counted for each name; at its end names are brought together by what the pod
// had wanted: a search list and a chase are one look-up.
#include "explain/dns_findings.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "dns/answer.h"
#include "join/pod_key.h"
#include "types/hash.h"

namespace cnamedrop::explain {
namespace {

constexpr Duration patience = std::chrono::seconds(5);  // resolv.conf(5): the time-out of a question
constexpr std::size_t max_waiting = 65536;
constexpr std::size_t max_names = 2048;  // of one pod
constexpr std::size_t max_pods = 1024;
constexpr std::size_t max_names_shown = 16;

bool is_near(Time a, Time b) { return a < b ? elapsed(a, b) <= patience : elapsed(b, a) <= patience; }

bool has_address(const dns::Message& answer) { return std::ranges::any_of(answer.answers, dns::is_address); }

}  // namespace

DnsFindings::DnsFindings() : unanswered_(patience, max_waiting), truncated_(patience, max_waiting), names_(max_pods) {}

std::size_t DnsFindings::AwaitedHash::operator()(const Awaited& awaited) const noexcept {
  const std::size_t name = std::hash<dns::Name>{}(awaited.question.name);
  return mix_hash(name, std::size_t{awaited.question.type} << 32 | std::size_t{awaited.local.port} << 16 | awaited.id);
}

void DnsFindings::Trouble::add(const dns::Question& asked, const dns::Endpoint& by, Time time) {
  if (count++ == 0) {
    question = asked;
    resolver = by;
    first = time;
  }
  first = std::min(first, time);
  last = std::max(last, time);
}

void DnsFindings::add(const events::Event& event) {
  const auto& seen = std::get<events::DnsSeen>(event.observation.what);
  const Time time = event.observation.time;
  pass(time);
  if (seen.message.questions.empty()) return;
  const std::string key = join::pod_key(event.observation);
  PodLog& pod = names_.use(key, max_names);
  if (pod.cgroup_id == 0) {
    pod.node_name = events::node_name(event.observation);
    pod.pod = event.observation.pod;
    pod.cgroup_id = seen.cgroup_id;
  }
  const Awaited awaited{key, seen.local, seen.message.id, seen.message.questions.front()};
  NameLog& log = pod.names.use(awaited.question.name);
  if (seen.message.response) return add_answer(log, seen, awaited, time);
  log.last_resolver = seen.resolver;
  unanswered_.expect(awaited, time);
  if (seen.protocol == events::protocol::TCP) truncated_.came({key, {}, 0, awaited.question});
}

void DnsFindings::add_answer(NameLog& log, const events::DnsSeen& seen, const Awaited& awaited, Time time) {
  const dns::Message& answer = seen.message;
  const dns::Question& question = awaited.question;
  unanswered_.came(awaited);
  if (answer.rcode == dns::rcode::REFUSED) log.refused.add(question, seen.resolver, time);
  if (answer.truncated && seen.protocol == events::protocol::UDP)
    truncated_.expect({awaited.pod, {}, 0, question}, time);
  if (answer.rcode != dns::rcode::NOERROR || answer.answers.empty()) return;
  log.worked = time;
  if (has_address(answer)) log.addresses = time;
  const auto chain = dns::alias_chain(answer);
  if (chain.empty() || has_address(answer) || answer.truncated || answer.cut || question.type != dns::type::A) return;
  log.last_alias = chain.back()->target;
  log.alias_only.add(question, seen.resolver, time);
}

DnsFindings::NameLog* DnsFindings::find(const Awaited& awaited) {
  PodLog* pod = names_.find(awaited.pod);
  return pod == nullptr ? nullptr : pod->names.find(awaited.question.name);
}

void DnsFindings::pass(Time now) {
  unanswered_.pass(now, [&](const Awaited& awaited, Time since) {
    if (NameLog* log = find(awaited)) log->unanswered.add(awaited.question, log->last_resolver, since);
  });
  truncated_.pass(now, [&](const Awaited& awaited, Time since) {
    if (NameLog* log = find(awaited)) log->truncated.add(awaited.question, log->last_resolver, since);
  });
}

// The findings of one pod.
class DnsFindings::Collection {
 public:
  Collection(std::string key, const PodLog& log, const join::PodState* state)
      : key_(std::move(key)), log_(log), state_(state) {}

  std::vector<DnsFinding> take() {
    for (const auto& [name, log] : log_.names) {
      add_refused(name, log);
      add_alias_only(name, log);
      if (log.truncated.count != 0) add(DnsTrouble::Truncated, name, name, log.truncated);
      // Whoever answers nothing is the trouble, not the names.
      if (log.unanswered.count != 0)
        add(DnsTrouble::Unanswered, dns::to_string(log.unanswered.resolver.address), name, log.unanswered);
    }
    return std::move(findings_);
  }

 private:
  // The name that the pod had wanted: without a search domain.
  dns::Name wanted(const dns::Name& name) const {
    for (std::size_t dot = name.find('.'); dot != dns::Name::npos && dot + 1 < name.size();
         dot = name.find('.', dot + 1))
      if (const dns::Name head = name.substr(0, dot + 1); log_.names.find(head) != nullptr) return head;
    return name;
  }

  void add_refused(const dns::Name& name, const NameLog& log) {
    if (log.refused.count == 0) return;
    const dns::Name base = wanted(name);
    const NameLog* base_log = log_.names.find(base);
    const bool then_worked = base != name && base_log->worked &&
                             (*base_log->worked >= log.refused.last || is_near(*base_log->worked, log.refused.last));
    if (then_worked) return;
    std::vector<events::Chase> chases = chases_to(base, log.refused.last);
    const dns::Name origin = chases.empty() ? base : chases.front().origin;
    DnsFinding& finding = add(DnsTrouble::Refused, origin, base, log.refused);
    if (finding.chases.empty()) finding.chases = std::move(chases);
  }

  void add_alias_only(const dns::Name& name, const NameLog& log) {
    if (log.alias_only.count == 0) return;
    const bool had_address =
        log.addresses && (*log.addresses >= log.alias_only.first || is_near(*log.addresses, log.alias_only.first));
    const join::AskedName* target = state_ == nullptr ? nullptr : state_->questions.asked(log.last_alias);
    if (had_address || (target != nullptr && target->last >= log.alias_only.first)) return;
    add(DnsTrouble::AliasOnly, name, name, log.alias_only);
  }

  std::vector<events::Chase> chases_to(const dns::Name& name, Time asked) const {
    std::vector<events::Chase> chases;
    if (state_ == nullptr) return chases;
    for (join::AliasGraph::FoundChase& found : state_->aliases.chases_to(name, asked, state_->questions))
      if (found.is_start) chases.push_back(std::move(found.chase));
    return chases;
  }

  // Into the finding of that trouble with the same subject.
  DnsFinding& add(DnsTrouble trouble, const std::string& subject, const dns::Name& name, const Trouble& what) {
    const auto same = std::find(subjects_.begin(), subjects_.end(), std::pair(trouble, subject));
    const auto index = static_cast<std::size_t>(same - subjects_.begin());
    if (same == subjects_.end()) {
      subjects_.emplace_back(trouble, subject);
      DnsFinding& made = findings_.emplace_back();
      made.trouble = trouble;
      made.pod_key = key_;
      made.node_name = log_.node_name;
      made.pod = log_.pod;
      made.cgroup_id = log_.cgroup_id;
    }
    DnsFinding& finding = findings_[index];
    if (finding.count == 0 || what.first < finding.first) {
      finding.question = what.question;
      finding.resolver = what.resolver;
      finding.first = what.first;
    }
    finding.last = std::max(finding.last, what.last);
    finding.count += what.count;
    const bool is_listed = std::find(finding.names.begin(), finding.names.end(), name) != finding.names.end();
    if (!is_listed && finding.names.size() < max_names_shown) finding.names.push_back(name);
    std::sort(finding.names.begin(), finding.names.end());
    return finding;
  }

  std::string key_;
  const PodLog& log_;
  const join::PodState* state_;
  std::vector<std::pair<DnsTrouble, std::string>> subjects_;  // of the findings, in their order
  std::vector<DnsFinding> findings_;
};

std::vector<DnsFinding> DnsFindings::take(Time end, const join::Join& join) {
  pass(end);
  std::vector<DnsFinding> all;
  for (const auto& [key, log] : names_) {
    std::vector<DnsFinding> found = Collection(key, log, join.pods().find(key)).take();
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const DnsFinding& a, const DnsFinding& b) {
    if (a.trouble != b.trouble) return a.trouble < b.trouble;
    return a.first != b.first ? a.first < b.first : a.question.name < b.question.name;
  });
  return all;
}

}  // namespace cnamedrop::explain
