// SPDX-License-Identifier: Apache-2.0
// Which policies are for a pod, and how surely.
#include <gmock/gmock.h>

#include "pods/pod_list.h"
#include "policy/pod_policy.h"

namespace cnamedrop::policy {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// A policy that selects one name, for the pods of a selector.
std::string manifest(const std::string& metadata, const std::string& selector,
                     const std::string& kind = "CiliumNetworkPolicy") {
  return "apiVersion: cilium.io/v2\nkind: " + kind + "\nmetadata: {name: p" + metadata + "}\nspec: {" + selector +
         ", egress: [{toFQDNs: [{matchName: a.b}]}]}\n";
}

pods::Pod kong() {
  pods::Pod pod;
  pod.uid = "uid1";
  pod.namespace_name = "kong";
  pod.name = "gateway";
  return pod;
}

std::shared_ptr<const Policy> policy_of(const std::string& text, const pods::PodList* pods = nullptr) {
  Policy policy = *load_policy_text(text, "p.yaml");
  if (pods != nullptr) policy.pods = std::make_shared<const pods::PodList>(*pods);
  return std::make_shared<const Policy>(std::move(policy));
}

// Of the first selector that is the pod's; nothing: there is none.
std::optional<Uncertainty> uncertainty(const std::string& text, const pods::Pod* pod,
                                       const pods::PodList* list = nullptr) {
  const PodPolicy policy(policy_of(text, list), pod);
  return policy.selectors().empty() ? std::nullopt : std::optional(policy.selectors().front().uncertainty);
}

pods::PodList list_of(std::map<std::string, std::string> labels) {
  pods::PodList list;
  list.add({"uid1", "kong", "gateway", std::move(labels)});
  return list;
}

const std::string all_pods = "endpointSelector: {}";
const std::string app_kong = "endpointSelector: {matchLabels: {app: kong}}";

TEST(PodPolicy, ANamespacedPolicyIsForItsNamespace) {
  const pods::Pod pod = kong();
  EXPECT_EQ(uncertainty(manifest(", namespace: kong", all_pods), &pod), Uncertainty::None);
  EXPECT_EQ(uncertainty(manifest(", namespace: other", all_pods), &pod), std::nullopt);
}

TEST(PodPolicy, APolicyWithoutANamespaceIsTakenForThePods) {
  const pods::Pod pod = kong();
  EXPECT_EQ(uncertainty(manifest("", all_pods), &pod), Uncertainty::None);
  EXPECT_TRUE(PodPolicy(policy_of(manifest("", all_pods)), &pod).assumes_namespace());
  EXPECT_FALSE(PodPolicy(policy_of(manifest(", namespace: kong", all_pods)), &pod).assumes_namespace());
  EXPECT_FALSE(
      PodPolicy(policy_of(manifest("", all_pods, "CiliumClusterwideNetworkPolicy")), &pod).assumes_namespace());
}

TEST(PodPolicy, AClusterwidePolicyIsForEveryNamespace) {
  const pods::Pod pod = kong();
  EXPECT_EQ(uncertainty(manifest("", all_pods, "CiliumClusterwideNetworkPolicy"), &pod), Uncertainty::None);
  const std::string of_namespace = "endpointSelector: {matchLabels: {\"k8s:io.kubernetes.pod.namespace\": other}}";
  EXPECT_EQ(uncertainty(manifest("", of_namespace, "CiliumClusterwideNetworkPolicy"), &pod), std::nullopt);
}

TEST(PodPolicy, ANodeSelectorIsAboutHosts) {
  const pods::Pod pod = kong();
  EXPECT_EQ(uncertainty(manifest("", "nodeSelector: {}", "CiliumClusterwideNetworkPolicy"), &pod), std::nullopt);
}

TEST(PodPolicy, ANamespaceThatIsNotKnownIsUncertain) {
  EXPECT_EQ(uncertainty(manifest(", namespace: kong", all_pods), nullptr), Uncertainty::Namespace);
}

TEST(PodPolicy, LabelsThatAreNotKnownAreUncertain) {
  const pods::Pod pod = kong();
  EXPECT_EQ(uncertainty(manifest(", namespace: kong", app_kong), &pod), Uncertainty::PodLabels);
}

TEST(PodPolicy, KnownLabelsDecide) {
  const pods::Pod pod = kong();
  const pods::PodList mine = list_of({{"app", "kong"}});
  const pods::PodList other = list_of({{"app", "billing"}});
  EXPECT_EQ(uncertainty(manifest(", namespace: kong", app_kong), &pod, &mine), Uncertainty::None);
  EXPECT_EQ(uncertainty(manifest(", namespace: kong", app_kong), &pod, &other), std::nullopt);
}

TEST(PodPolicy, ExpressionsAreRead) {
  const pods::Pod pod = kong();
  const pods::PodList list = list_of({{"app", "kong"}});
  const auto with = [&](const std::string& expression) {
    return uncertainty(manifest(", namespace: kong", "endpointSelector: {matchExpressions: [" + expression + "]}"),
                       &pod, &list);
  };
  EXPECT_EQ(with("{key: app, operator: In, values: [kong, x]}"), Uncertainty::None);
  EXPECT_EQ(with("{key: app, operator: NotIn, values: [kong]}"), std::nullopt);
  EXPECT_EQ(with("{key: app, operator: Exists}"), Uncertainty::None);
  EXPECT_EQ(with("{key: tier, operator: Exists}"), std::nullopt);
  EXPECT_EQ(with("{key: tier, operator: DoesNotExist}"), Uncertainty::None);
  EXPECT_EQ(with("{key: app, operator: Like}"), Uncertainty::PodLabels) << "it cannot be read";
  EXPECT_EQ(with("{key: io.cilium.k8s.policy.serviceaccount, operator: Exists}"), Uncertainty::PodLabels);
}

TEST(PodPolicy, APodIsLookedUpByItsUidAndByNameOnlyWithoutOne) {
  const pods::PodList list = list_of({{"app", "kong"}});
  pods::Pod pod = kong();
  pod.uid = "another pod of the same name, earlier";
  EXPECT_EQ(list.find(pod), nullptr);
  pod.uid.clear();
  EXPECT_NE(list.find(pod), nullptr);
}

TEST(PodPolicy, WithoutAPolicyThatIsForThePodNothingIsDenied) {
  const pods::Pod pod = kong();
  EXPECT_EQ(PodPolicy(policy_of(manifest(", namespace: other", all_pods)), &pod).denies_by_default(), Match::No);
  EXPECT_EQ(PodPolicy(policy_of(manifest(", namespace: kong", all_pods)), &pod).denies_by_default(), Match::Yes);
  EXPECT_EQ(PodPolicy(policy_of(manifest(", namespace: kong", app_kong)), &pod).denies_by_default(), Match::Unknown);
}

TEST(PodPolicy, SelectorsThatAreSurelyThePodsComeFirst) {
  Policy policy = *load_policy_file(TEST_DATA_DIR "/policies/fqdn_names.json");
  policy.names.push_back(*selector_from_name("httpbin.org"));
  const PodPolicy pod_policy(std::make_shared<const Policy>(std::move(policy)), nullptr);
  const AppliedSelector* found = pod_policy.find("httpbin.org.", {}, Match::Unknown);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->uncertainty, Uncertainty::None);
  EXPECT_EQ(pod_policy.selectors().back().uncertainty, Uncertainty::WholeNode);
  EXPECT_FALSE(pod_policy.is_whole());
}

}  // namespace
}  // namespace cnamedrop::policy
