// SPDX-License-Identifier: Apache-2.0
#include "policy/pod_policy.h"

#include <algorithm>

#include "pods/pod_list.h"

namespace cnamedrop::policy {
namespace {

PodFacts facts_of(const Policy& policy, const pods::Pod* pod) {
  PodFacts facts;
  if (pod == nullptr) return facts;
  facts.namespace_name = pod->namespace_name;
  if (policy.pods == nullptr) return facts;
  const pods::ListedPod* listed = policy.pods->find(*pod);
  if (listed == nullptr) return facts;
  facts.labels = &listed->labels;
  if (facts.namespace_name.empty()) facts.namespace_name = listed->namespace_name;
  return facts;
}

// Whether the policy is for the pod; nothing: it is not.
std::optional<Uncertainty> find_uncertainty(const NetworkPolicy& policy, const PodFacts& pod) {
  if (policy.for_nodes) return std::nullopt;
  Uncertainty uncertainty = Uncertainty::None;
  if (!policy.cluster_wide && !policy.namespace_name.empty()) {
    if (pod.namespace_name.empty())
      uncertainty = Uncertainty::Namespace;
    else if (pod.namespace_name != policy.namespace_name)
      return std::nullopt;
  }
  const Match match = policy.pods_unreadable ? Match::Unknown : policy.pods.matches(pod);
  if (match == Match::No) return std::nullopt;
  return match == Match::Unknown ? Uncertainty::PodLabels : uncertainty;
}

}  // namespace

PodPolicy::PodPolicy(std::shared_ptr<const Policy> policy, const pods::Pod* pod) : policy_(std::move(policy)) {
  const PodFacts facts = facts_of(*policy_, pod);
  for (const NetworkPolicy& one : policy_->policies)
    if (const std::optional<Uncertainty> uncertainty = find_uncertainty(one, facts)) apply(one, *uncertainty);
  for (const Selector& selector : policy_->names)
    selectors_.push_back({&selector, selector.of_node ? Uncertainty::WholeNode : Uncertainty::None});
  std::stable_sort(selectors_.begin(), selectors_.end(), [](const AppliedSelector& a, const AppliedSelector& b) {
    return (a.uncertainty == Uncertainty::None) > (b.uncertainty == Uncertainty::None);
  });
  for (const AppliedSelector& applied : selectors_) plain_selectors_.push_back(applied.selector);
  if (!policy_->names.empty()) denies_by_default_ = Match::Yes;
}

void PodPolicy::apply(const NetworkPolicy& policy, Uncertainty uncertainty) {
  if (!policy.cluster_wide && policy.namespace_name.empty()) assumes_namespace_ = true;
  for (const Rule& rule : policy.allow) {
    allow_.push_back({&rule, &policy, uncertainty});
    for (const Selector& selector : rule.names) selectors_.push_back({&selector, uncertainty});
  }
  for (const Rule& rule : policy.deny) deny_.push_back({&rule, &policy, uncertainty});
  if (!policy.denies_by_default) return;
  const Match denies = uncertainty == Uncertainty::None ? Match::Yes : Match::Unknown;
  if (denies > denies_by_default_) default_uncertainty_ = uncertainty;
  denies_by_default_ = either(denies_by_default_, denies);
}

const AppliedSelector* PodPolicy::find(const dns::Name& name, const Destination& to, Match at_least) const {
  const auto found = std::find_if(selectors_.begin(), selectors_.end(), [&](const AppliedSelector& applied) {
    return applied.selector->covers_port(to.protocol, to.port) >= at_least && applied.selector->matches(name);
  });
  return found == selectors_.end() ? nullptr : &*found;
}

}  // namespace cnamedrop::policy
