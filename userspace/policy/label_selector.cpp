// SPDX-License-Identifier: Apache-2.0
// Keys that Cilium derives (pkg/k8s/apis/cilium.io/const.go) are not among the labels that kubectl shows.
#include "policy/label_selector.h"

#include <algorithm>
#include <string_view>

namespace cnamedrop::policy {
namespace {

constexpr std::string_view derived_prefix = "io.cilium.";

// The value of a label, or that it is not there; nothing where that is not known.
struct Value {
  bool known = false;
  const std::string* text = nullptr;
};

Value value_of(const std::string& key, const PodFacts& pod) {
  if (key == namespace_label) return {!pod.namespace_name.empty(), &pod.namespace_name};
  if (pod.labels == nullptr || key.starts_with(derived_prefix)) return {};
  const auto label = pod.labels->find(key);
  return {true, label == pod.labels->end() ? nullptr : &label->second};
}

Match meets(const LabelRequirement& requirement, const PodFacts& pod) {
  using Operator = LabelRequirement::Operator;
  const Value value = value_of(requirement.key, pod);
  if (!value.known) return Match::Unknown;
  const auto& values = requirement.values;
  const bool is_one = value.text != nullptr && std::find(values.begin(), values.end(), *value.text) != values.end();
  switch (requirement.op) {
    case Operator::In:
      return to_match(is_one);
    case Operator::NotIn:
      return to_match(!is_one);
    case Operator::Exists:
      return to_match(value.text != nullptr);
    case Operator::DoesNotExist:
      return to_match(value.text == nullptr);
  }
  return Match::Unknown;
}

}  // namespace

Match LabelSelector::matches(const PodFacts& pod) const {
  Match match = Match::Yes;
  for (const LabelRequirement& requirement : requirements) match = both(match, meets(requirement, pod));
  return match;
}

std::optional<std::string> plain_label_key(const std::string& key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string::npos) return key;
  const std::string source = key.substr(0, colon);
  if (source != "k8s" && source != "any") return std::nullopt;
  return key.substr(colon + 1);
}

}  // namespace cnamedrop::policy
