// SPDX-License-Identifier: Apache-2.0
// The same join as the live trace has, over the observations of the file.
#include "explain/explainer.h"

#include <algorithm>
#include <utility>

#include "explain/cures.h"
#include "join/pod_key.h"

namespace cnamedrop::explain {
namespace {

constexpr std::size_t max_origins = 64;
constexpr std::size_t max_losses = 64;
constexpr std::size_t max_nodes = 1024;

}  // namespace

bool Report::has_cname_only() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.kind == events::CauseKind::CnameOnly; }) ||
         std::any_of(dns_findings.begin(), dns_findings.end(),
                     [](const DnsFinding& finding) { return !finding.chases.empty(); });
}

Explainer::Explainer(Options options)
    : options_(std::move(options)),
      join_(options_.join, options_.policy),
      a_first_(options_.assumed_order.value_or(AssumedOrder{})) {
  report_.judged_by_policy = options_.policy != nullptr;
  if (options_.assumed_order) report_.assumption = Assumption{options_.assumed_order->text, 0, 0, {}};
}

void Explainer::take(events::Event event) {
  const Time time = event.observation.time;
  if (report_.events++ == 0) report_.first = time;
  report_.last = time;
  report_.ended = std::holds_alternative<events::Stopped>(event.observation.what);
  const std::string& node = events::node_name(event.observation);
  if (!node.empty() && report_.node_names.size() < max_nodes) report_.node_names.insert(node);
  events::Event annotated = join_.annotate(std::move(event.observation));
  const auto& what = annotated.observation.what;
  if (const auto* seen = std::get_if<events::DnsSeen>(&what)) {
    on_dns(annotated, *seen);
  } else if (std::holds_alternative<events::Dropped>(what)) {
    on_drop(std::move(annotated));
  } else if (const auto* lost = std::get_if<events::Lost>(&what)) {
    if (report_.lost.size() < max_losses || report_.lost.contains(lost->what)) report_.lost[lost->what] += lost->count;
  }
}

void Explainer::lines_missing(const events::Event& before) { join_.note_missing_lines(before.observation); }

void Explainer::on_dns(const events::Event& event, const events::DnsSeen& seen) {
  const std::string pod = join::pod_key(event.observation);
  habits_.take(pod, seen, event.observation.time);
  if (event.dns && event.dns->credited) a_first_.take_answer(pod, seen.message, event.observation.time);
  dns_findings_.add(event);
}

void Explainer::on_drop(events::Event event) {
  for (events::Event& settled : races_.settle(std::move(event))) add_drop(settled);
}

void Explainer::add_drop(events::Event& event) {
  if (event.cause->kind == events::CauseKind::Closing) {
    report_.closing_packets += std::get<events::Dropped>(event.observation.what).count;
    return;
  }
  const std::string pod = join::pod_key(event.observation);
  const Outcome outcome = a_first_.judge(pod, *event.cause);
  if (report_.assumption && assume(event, outcome)) return;
  findings_.add(pod, event, outcome.fate == Fate::Gone);
}

// True if there would be no drop. One that stays is told as it would have come about.
bool Explainer::assume(events::Event& event, const Outcome& outcome) {
  const std::uint64_t packets = std::get<events::Dropped>(event.observation.what).count;
  if (outcome.fate == Fate::AsRecorded) return false;
  if (outcome.fate == Fate::Gone) {
    report_.assumption->packets_gone += packets;
    for (const events::Chase& chase : event.cause->chases)
      if (report_.assumption->origins_gone.size() < max_origins) report_.assumption->origins_gone.insert(chase.origin);
    return true;
  }
  report_.assumption->packets_cached += packets;
  for (events::Chase& chase : event.cause->chases) {
    if (outcome.chain.empty() || chase.origin != outcome.chain.front().owner) continue;
    chase.how = events::ChaseHow::Cached;
    chase.chain = outcome.chain;
  }
  return false;
}

void Explainer::conclude(Finding& finding) {
  if (!finding.cause.chases.empty()) finding.client = habits_.client_of(finding.pod_key, finding.cause.chases.front());
  finding.cures = find_cures(finding, join_.policy_for(finding.pod.get()).get());
}

void Explainer::conclude(DnsFinding& finding) {
  const std::shared_ptr<const policy::PodPolicy> policy = join_.policy_for(finding.pod.get());
  if (!finding.chases.empty()) finding.client = habits_.client_of(finding.pod_key, finding.chases.front());
  if (finding.trouble == DnsTrouble::Refused) finding.note = dns_rule_note(finding, policy.get());
  finding.cures = find_cures(finding, policy.get());
}

Report Explainer::finish() {
  for (events::Event& event : races_.take(report_.last)) add_drop(event);
  report_.findings = findings_.take();
  report_.findings_omitted = findings_.omitted();
  for (Finding& finding : report_.findings) conclude(finding);
  report_.dns_findings = dns_findings_.take(report_.last, join_);
  report_.dns_findings_omitted = dns_findings_.omitted();
  for (DnsFinding& finding : report_.dns_findings) conclude(finding);
  return std::move(report_);
}

}  // namespace cnamedrop::explain
