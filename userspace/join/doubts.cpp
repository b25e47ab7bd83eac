// SPDX-License-Identifier: Apache-2.0
#include "join/doubts.h"

#include <algorithm>

namespace cnamedrop::join {
namespace {

using events::CauseKind;

// What was learned unseen before the trace, or while something was lost, could have made it another cause.
bool depends_on_unseen(const DropCase& seen, const events::Cause& cause) {
  switch (cause.kind) {
    case CauseKind::NotLearned:
    case CauseKind::TooFresh:
    case CauseKind::PortMismatch:
    case CauseKind::SearchSuffix:
    case CauseKind::SelectsTarget:
    case CauseKind::NearMiss:
    case CauseKind::NameMismatch:
    case CauseKind::Learned:
      return true;
    case CauseKind::Expired:
      return seen.trace.policy == nullptr;
    default:
      return false;
  }
}

// Names are not looked at.
bool is_judged_without_names(CauseKind kind) { return kind < CauseKind::NoDnsRule; }

// Between two traces anything may have happened unseen.
bool rests_on_earlier_trace(const events::Cause& cause, Time started) {
  const bool any_live =
      std::any_of(cause.credits.begin(), cause.credits.end(), [](const events::Credit& credit) { return credit.live; });
  const auto is_earlier = [&](const events::Credit& credit) {
    return credit.live == any_live && credit.learned < started;
  };
  const auto is_earlier_step = [started](const events::AliasStep& step) { return step.seen < started; };
  return std::any_of(cause.credits.begin(), cause.credits.end(), is_earlier) ||
         std::any_of(cause.chases.begin(), cause.chases.end(), [&](const events::Chase& chase) {
           return std::any_of(chase.chain.begin(), chase.chain.end(), is_earlier_step);
         });
}

}  // namespace

void add_doubt(events::Cause& cause, std::string_view doubt) {
  if (std::find(cause.doubts.begin(), cause.doubts.end(), doubt) == cause.doubts.end())
    cause.doubts.emplace_back(doubt);
}

void add_doubt(events::Cause& cause, policy::Uncertainty uncertainty) {
  switch (uncertainty) {
    case policy::Uncertainty::None:
      return;
    case policy::Uncertainty::PodLabels:
      return add_doubt(cause, doubt::labels_unknown);
    case policy::Uncertainty::Namespace:
      return add_doubt(cause, doubt::namespace_unknown);
    case policy::Uncertainty::WholeNode:
      return add_doubt(cause, doubt::names_of_node);
  }
}

void add_trace_doubts(const DropCase& seen, events::Cause& cause) {
  if (is_judged_without_names(cause.kind)) return;
  const Duration life = seen.pod.alias_life(seen.trace.settings);
  for (const LossTimes* losses : {&seen.trace.losses, &seen.pod.losses})
    for (const auto& [what, time] : *losses)
      if (elapsed(time, seen.at) < life) add_doubt(cause, what);
  const bool aliases_live = std::all_of(cause.chases.begin(), cause.chases.end(),
                                        [](const events::Chase& chase) { return chase.aliases_live; });
  if (!aliases_live && cause.kind == CauseKind::CnameOnly) add_doubt(cause, doubt::alias_ttl_passed);
  if (rests_on_earlier_trace(cause, seen.trace.started)) add_doubt(cause, doubt::earlier_trace);
  if (cause.kind == CauseKind::NotLearned && seen.pod.questions.empty()) add_doubt(cause, doubt::no_dns_seen);
  if (depends_on_unseen(seen, cause) && elapsed(seen.trace.started, seen.at) < life)
    add_doubt(cause, doubt::trace_start);
}

}  // namespace cnamedrop::join
