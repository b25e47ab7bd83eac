// SPDX-License-Identifier: Apache-2.0
// From the document down to a rule. A document that is odd is passed over with a warning, and never widens what the
// others allow.
#include "policy/manifest_yaml.h"

#include <optional>
#include <string_view>
#include <utility>

#include "policy/rule_yaml.h"
#include "policy/yaml_reading.h"
#include "policy/yaml_tree.h"

namespace cnamedrop::policy {
namespace {

bool is_given(YamlNode node) { return node && !node.is_null(); }

class ManifestReader {
 public:
  ManifestReader(std::string file, CiliumVersion version) : file_(file), reading_(std::move(file), version) {}

  void read_document(YamlNode document);
  Result<Policy> finish();

 private:
  struct Header {
    std::string name;
    std::string namespace_name;
    bool cluster_wide = false;
  };

  void read_object(YamlNode object);
  void read_policy(YamlNode object, const std::string& kind);
  void read_agent_rule(YamlNode rule);
  void read_spec(YamlNode spec, const std::string& field, const Header& header);
  void read_rules(YamlNode list, const std::string& field, bool denial, NetworkPolicy& policy, std::string& rejected);
  void read_pod_selector(YamlNode selector, const std::string& field, NetworkPolicy& policy);
  bool add_requirement(const std::string& key, LabelRequirement::Operator op, std::vector<std::string> values,
                       LabelSelector& selector);
  bool read_expression(YamlNode expression, LabelSelector& selector);

  std::string file_;
  YamlReading reading_;
  std::size_t found_ = 0;  // policies, in force or not
  Policy policy_;
};

void ManifestReader::read_document(YamlNode document) {
  reading_.begin_document();
  if (!is_given(document)) return;  // nothing between two "---"
  if (!document.is_list()) return read_object(document);
  for (YamlNode entry = document.first_child(); entry; entry = entry.next()) read_object(entry);
}

// The agent's own list (cilium policy get) has rules without an object around them.
void ManifestReader::read_object(YamlNode object) {
  if (!object.is_map()) return reading_.warn(object, "this is not a Kubernetes object: passed over");
  const std::string kind(object["kind"].text());
  if (kind.ends_with("List") || (kind.empty() && object["items"].is_list())) {
    reading_.for_each(object["items"], "items", [this](YamlNode item, const std::string&) { read_object(item); });
    return;
  }
  if (kind.empty() && is_given(object["endpointSelector"])) return read_agent_rule(object);
  const bool is_policy = kind == "CiliumNetworkPolicy" || kind == "CiliumClusterwideNetworkPolicy";
  if (!is_policy || !object["apiVersion"].text().starts_with("cilium.io/"))
    return reading_.warn(object,
                         (kind.empty() ? "an object without kind" : kind) + " is not a policy of Cilium: passed over");
  read_policy(object, kind);
}

std::string why_not_in_force(YamlNode object) {
  if (is_given(object["metadata"]["deletionTimestamp"])) return "it is being deleted";
  const YamlNode conditions = object["status"]["conditions"];
  if (!conditions.is_list()) return "";
  for (YamlNode condition = conditions.first_child(); condition; condition = condition.next())
    if (condition["type"].text() == "Valid" && condition["status"].text() == "False")
      return "its status says that it is not valid";
  return "";
}

void ManifestReader::read_policy(YamlNode object, const std::string& kind) {
  ++found_;
  Header header;
  header.name = object["metadata"]["name"].text();
  header.namespace_name = object["metadata"]["namespace"].text();
  header.cluster_wide = kind == "CiliumClusterwideNetworkPolicy";
  if (header.cluster_wide) header.namespace_name.clear();
  if (const std::string why = why_not_in_force(object); !why.empty())
    return reading_.warn(object, kind + " " + header.name + " is not in force: " + why);
  const std::size_t before = policy_.policies.size();
  if (const YamlNode spec = object["spec"]; is_given(spec)) read_spec(spec, "spec", header);
  reading_.for_each(object["specs"], "specs",
                    [&](YamlNode spec, const std::string& field) { read_spec(spec, field, header); });
  if (!is_given(object["spec"]) && !is_given(object["specs"]) && policy_.policies.size() == before)
    reading_.warn(object, kind + " " + header.name + " has no spec");
}

// Its namespace is one of the labels that it selects.
void ManifestReader::read_agent_rule(YamlNode rule) {
  ++found_;
  Header header;
  header.cluster_wide = true;
  for (YamlNode label = rule["labels"].first_child(); label; label = label.next())
    if (label["key"].text() == "io.cilium.k8s.policy.name") header.name = label["value"].text();
  read_spec(rule, "rule", header);
}

void ManifestReader::read_spec(YamlNode spec, const std::string& field, const Header& header) {
  if (!spec.is_map()) return reading_.warn(spec, field + " is not an object: passed over");
  NetworkPolicy policy;
  policy.source = reading_.source_of(spec);
  policy.name = header.name;
  policy.namespace_name = header.namespace_name;
  policy.cluster_wide = header.cluster_wide;
  policy.for_nodes = is_given(spec["nodeSelector"]);
  const YamlNode pods = spec["endpointSelector"];
  std::string rejected;
  if (pods && !policy.for_nodes)
    read_pod_selector(pods, field + ".endpointSelector", policy);
  else if (pods)
    rejected = "it has both endpointSelector and nodeSelector";
  else if (!policy.for_nodes)
    // Cilium would refuse it, so it is no policy of a cluster but a piece of one that somebody tries out.
    reading_.warn(spec, field + " has no endpointSelector, which Cilium demands: taken as for every pod");
  read_rules(spec["egress"], field + ".egress", false, policy, rejected);
  read_rules(spec["egressDeny"], field + ".egressDeny", true, policy, rejected);
  if (!rejected.empty())
    return reading_.warn(spec, field + (policy.name.empty() ? "" : " of " + policy.name) +
                                   " is not in force, Cilium refuses it: " + rejected);
  const auto has_entries = [](YamlNode list) { return list.is_list() && list.first_child(); };
  policy.denies_by_default = has_entries(spec["egress"]) || has_entries(spec["egressDeny"]);
  if (const std::string_view said = spec["enableDefaultDeny"]["egress"].text(); said == "true" || said == "false")
    policy.denies_by_default = said == "true";
  policy_.policies.push_back(std::move(policy));
}

void ManifestReader::read_rules(YamlNode list, const std::string& field, bool denial, NetworkPolicy& policy,
                                std::string& rejected) {
  const bool is_list = reading_.for_each(list, field, [&](YamlNode entry, const std::string& name) {
    RuleReading read = read_rule(entry, name, denial, reading_);
    if (rejected.empty()) rejected = std::move(read.rejected);
    if (read.rule) (denial ? policy.deny : policy.allow).push_back(*std::move(read.rule));
  });
  if (is_list || !denial) return;
  policy.deny.emplace_back().source = reading_.source_of(list);
  policy.deny.back().unreadable = true;
}

bool ManifestReader::add_requirement(const std::string& key, LabelRequirement::Operator op,
                                     std::vector<std::string> values, LabelSelector& selector) {
  std::optional<std::string> plain = plain_label_key(key);
  if (!plain) return false;
  selector.requirements.push_back({*std::move(plain), op, std::move(values)});
  return true;
}

bool ManifestReader::read_expression(YamlNode expression, LabelSelector& selector) {
  using Operator = LabelRequirement::Operator;
  constexpr std::pair<std::string_view, Operator> operators[] = {{"In", Operator::In},
                                                                 {"NotIn", Operator::NotIn},
                                                                 {"Exists", Operator::Exists},
                                                                 {"DoesNotExist", Operator::DoesNotExist}};
  if (!expression.is_map() || !expression["key"].is_scalar()) return false;
  for (const auto& [name, op] : operators) {
    if (expression["operator"].text() != name) continue;
    std::vector<std::string> values;
    for (YamlNode value = expression["values"].first_child(); value; value = value.next())
      values.emplace_back(value.text());
    return add_requirement(std::string(expression["key"].text()), op, std::move(values), selector);
  }
  return false;
}

void ManifestReader::read_pod_selector(YamlNode selector, const std::string& field, NetworkPolicy& policy) {
  if (selector.is_null()) return;
  bool good = selector.is_map();
  if (const YamlNode labels = selector["matchLabels"]; good && is_given(labels)) {
    good = labels.is_map();
    for (YamlNode key = labels.first_child(); good && key; key = key.next().next())
      good = add_requirement(std::string(key.text()), LabelRequirement::Operator::In, {std::string(key.next().text())},
                             policy.pods);
  }
  if (const YamlNode expressions = selector["matchExpressions"]; good && is_given(expressions)) {
    good = expressions.is_list();
    for (YamlNode entry = expressions.first_child(); good && entry; entry = entry.next())
      good = read_expression(entry, policy.pods);
  }
  if (good) return;
  reading_.warn(selector, field + " cannot be read: whether the policy is for a pod is not known");
  policy.pods_unreadable = true;
}

Result<Policy> ManifestReader::finish() {
  if (found_ == 0) {
    return Error{file_ + ": no CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (apiVersion cilium.io/v2) in it"};
  }
  if (all_selectors(policy_).empty()) reading_.warn({}, "selects no names: no policy in force has toFQDNs");
  policy_.warnings = reading_.take_warnings();
  return std::move(policy_);
}

}  // namespace

Result<Policy> read_manifests(std::string_view content, const std::string& file, const LoadOptions& options) {
  ManifestReader reader(file, options.version);
  YamlDocuments documents(content);
  while (const std::optional<YamlNode> document = documents.next()) reader.read_document(*document);
  if (const auto& problem = documents.problem()) {
    return Error{to_string(Source{file, 0, problem->line}) + ": " + problem->message};
  }
  return reader.finish();
}

}  // namespace cnamedrop::policy
