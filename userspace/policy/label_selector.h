// SPDX-License-Identifier: Apache-2.0
// Which pods a policy is for: a Kubernetes label selector as Cilium reads it, where a key may say its source
// ("k8s:app", "any:app") and some keys are facts of the pod ("io.kubernetes.pod.namespace").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/match.h"

namespace cnamedrop::policy {

using Labels = std::map<std::string, std::string>;

// What is known of a pod that policies choose pods by.
struct PodFacts {
  std::string namespace_name;      // "": unknown
  const Labels* labels = nullptr;  // null: unknown
};

struct LabelRequirement {
  enum class Operator : std::uint8_t { In, NotIn, Exists, DoesNotExist };

  std::string key;  // without its source
  Operator op = Operator::In;
  std::vector<std::string> values;
};

struct LabelSelector {
  std::vector<LabelRequirement> requirements;  // all of them; none: every pod

  // Unknown where a requirement asks for what is not known of the pod.
  Match matches(const PodFacts& pod) const;
};

// The key without its source; nothing for a source that no pod has ("reserved:", "cidr:", "fqdn:").
std::optional<std::string> plain_label_key(const std::string& key);

// The key that stands for the pod's namespace.
inline constexpr const char* namespace_label = "io.kubernetes.pod.namespace";

}  // namespace cnamedrop::policy
