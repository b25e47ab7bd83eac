// SPDX-License-Identifier: Apache-2.0
// What the given policies say about one pod: which of them are for it, and what their rules let through. Where labels
// or a namespace are unknown a policy is for the pod perhaps: it is kept apart, and whoever judges by it has a doubt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pods/pod.h"
#include "policy/policy.h"

namespace cnamedrop::policy {

// Why it is not known whether a policy or a selector is for the pod.
enum class Uncertainty : std::uint8_t {
  None,
  PodLabels,  // its endpointSelector asks for labels that are not known
  Namespace,  // the pod's namespace, or the policy's, is not known
  WholeNode,  // the selectors are those of all policies of a node
};

struct AppliedRule {
  const Rule* rule = nullptr;
  const NetworkPolicy* policy = nullptr;
  Uncertainty uncertainty = Uncertainty::None;
};

struct AppliedSelector {
  const Selector* selector = nullptr;
  Uncertainty uncertainty = Uncertainty::None;
};

class PodPolicy {
 public:
  // pod: null where nobody knows whose the packets are. Only facts of it are kept.
  PodPolicy(std::shared_ptr<const Policy> policy, const pods::Pod* pod);

  // Whole policies were given, not only names: there are denials, a default and DNS rules to judge by.
  bool is_whole() const { return !policy_->policies.empty(); }

  // Whether something that is not let through is denied. Names alone are taken for a policy that denies the rest.
  Match denies_by_default() const { return denies_by_default_; }
  Uncertainty default_uncertainty() const { return default_uncertainty_; }

  // A policy among them says no namespace though it is of one: it is taken for the pod's.
  bool assumes_namespace() const { return assumes_namespace_; }

  std::span<const AppliedRule> allow() const { return allow_; }
  std::span<const AppliedRule> deny() const { return deny_; }

  // Those of toFQDNs and the bare ones.
  std::span<const AppliedSelector> selectors() const { return selectors_; }
  std::span<const Selector* const> plain_selectors() const { return plain_selectors_; }

  // The first selector that matches the name and covers the port at least so surely, those that are surely the pod's
  // first; null if there is none.
  const AppliedSelector* find(const dns::Name& name, const Destination& to, Match at_least) const;

 private:
  void apply(const NetworkPolicy& policy, Uncertainty uncertainty);

  std::shared_ptr<const Policy> policy_;
  Match denies_by_default_ = Match::No;
  Uncertainty default_uncertainty_ = Uncertainty::None;
  bool assumes_namespace_ = false;
  std::vector<AppliedRule> allow_;
  std::vector<AppliedRule> deny_;
  std::vector<AppliedSelector> selectors_;
  std::vector<const Selector*> plain_selectors_;
};

}  // namespace cnamedrop::policy
