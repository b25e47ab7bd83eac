// SPDX-License-Identifier: Apache-2.0
// All that the user said about policies: manifests, lists of names, and the labels of pods. What of it is about one pod
// is pod_policy.h's part.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/label_selector.h"
#include "policy/rule.h"
#include "policy/selector.h"
#include "types/result.h"

namespace cnamedrop::pods {
class PodList;
}

namespace cnamedrop::policy {

// Of one file: each is compared with every name, and takes half a kilobyte.
inline constexpr std::size_t max_selectors = 100'000;

// One rule set of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (its spec, or one of its specs).
struct NetworkPolicy {
  Source source;
  std::string name;            // "" where it has none
  std::string namespace_name;  // "" where it has none: of a cluster-wide one, or unknown
  bool cluster_wide = false;
  bool for_nodes = false;          // nodeSelector: about hosts, not pods
  bool pods_unreadable = false;    // its endpointSelector: it may be for any pod
  LabelSelector pods;              // endpointSelector
  std::vector<Rule> allow;         // egress
  std::vector<Rule> deny;          // egressDeny
  bool denies_by_default = false;  // what no rule lets through
};

struct Policy {
  std::vector<NetworkPolicy> policies;
  std::vector<Selector> names;                // selectors without a policy around them: options, cilium-dbg fqdn names
  std::vector<std::string> warnings;          // what was passed over or does not do what it seems to; with place
  std::shared_ptr<const pods::PodList> pods;  // labels; null: unknown
};

struct LoadOptions {
  CiliumVersion version = CiliumVersion::V1_19_OrNewer;
};

// Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy manifests (YAML or JSON, many documents, lists), the
// output of `cilium policy get` or of `cilium-dbg fqdn names`; tells them apart by content. Errors carry file, line and
// field.
Result<Policy> load_policy_file(const std::filesystem::path& path, const LoadOptions& options = {});

// The same for content that is already read; file is only for the messages and sources.
Result<Policy> load_policy_text(const std::string& content, const std::string& file, const LoadOptions& options = {});

// Appends all of other.
void append(Policy& policy, Policy other);

// Those of toFQDNs in all policies, and the bare ones, in the order of the input. They point into the policy.
std::vector<const Selector*> all_selectors(const Policy& policy);

// The selectors of the options --allow-name and --allow-pattern.
Result<Selector> selector_from_name(std::string_view name, const LoadOptions& options = {});
Result<Selector> selector_from_pattern(std::string_view pattern, const LoadOptions& options = {});

}  // namespace cnamedrop::policy
