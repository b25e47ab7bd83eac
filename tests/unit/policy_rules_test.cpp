// SPDX-License-Identifier: Apache-2.0
// What rules without names cover, and what is left out of those that cannot be read.
#include <gmock/gmock.h>

#include "policy_view.h"

namespace cnamedrop::policy {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint8_t tcp = 6;
constexpr const char* address = "20.190.151.134";

Destination to(const std::string& ip, std::uint16_t port = 443) { return {*dns::parse_ip(ip), tcp, port}; }

Policy load(const std::string& spec) {
  Result<Policy> policy = load_policy_text(
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: kong}\nspec:\n"
      "  endpointSelector: {}\n" +
          spec,
      "p.yaml");
  return policy ? *policy : Policy{};
}

// One rule, or nothing where it was left out.
std::vector<Rule> rules_of(const std::string& rule, const std::string& field = "egress") {
  const Policy policy = load("  " + field + ": [" + rule + "]\n");
  const NetworkPolicy& one = policy.policies.at(0);
  return field == "egress" ? one.allow : one.deny;
}

Match covers(const std::string& rule, const Destination& destination) {
  const std::vector<Rule> rules = rules_of(rule);
  return rules.empty() ? Match::No : rules.front().covers(destination);
}

TEST(Rules, RangesCoverTheirAddresses) {
  EXPECT_EQ(covers("{toCIDR: [20.190.151.0/24]}", to(address)), Match::Yes);
  EXPECT_EQ(covers("{toCIDR: [20.190.152.0/24]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toCIDR: [\"2603:1000::/20\"]}", to("2603:2000::1")), Match::No);
  EXPECT_EQ(covers("{toCIDR: [\"2603:1000::/20\"]}", to("2603:1fff::1")), Match::Yes);
  EXPECT_EQ(covers("{toCIDR: [\"2603:1000::/20\"]}", to("2603:1000:ffff::1")), Match::Yes);
  EXPECT_EQ(covers("{toCIDR: [20.190.151.134]}", to(address)), Match::Yes);
}

TEST(Rules, ARangeMayExceptAddresses) {
  EXPECT_EQ(covers("{toCIDRSet: [{cidr: 20.0.0.0/8, except: [20.190.0.0/16]}]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toCIDRSet: [{cidr: 20.0.0.0/8, except: [20.191.0.0/16]}]}", to(address)), Match::Yes);
}

// Cilium gives pods and nodes an identity of the cluster, which no range covers.
TEST(Rules, WhetherAnAddressIsInTheClusterIsNotKnown) {
  EXPECT_EQ(covers("{toCIDR: [10.0.0.0/8]}", to("10.96.0.1")), Match::Unknown);
  EXPECT_EQ(covers("{toEntities: [world]}", to("10.96.0.1")), Match::Unknown);
  EXPECT_EQ(covers("{toEntities: [cluster]}", to("10.96.0.1")), Match::Unknown);
  EXPECT_EQ(covers("{toEntities: [cluster]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toEntities: [all]}", to("10.96.0.1")), Match::Yes);
}

TEST(Rules, TheWorldIsEverythingOutside) {
  EXPECT_EQ(covers("{toEntities: [world]}", to(address)), Match::Yes);
  EXPECT_EQ(covers("{toEntities: [world-ipv4]}", to(address)), Match::Yes);
  EXPECT_EQ(covers("{toEntities: [world-ipv6]}", to(address)), Match::No);
}

TEST(Rules, PeersByLabelCannotBeTold) {
  for (const char* field : {"toEndpoints: [{}]", "toServices: [{k8sService: {serviceName: s}}]",
                            "toGroups: [{aws: {}}]", "toNodes: [{}]", "toCIDRSet: [{cidrGroupRef: g}]"})
    EXPECT_EQ(covers(std::string("{") + field + "}", to(address)), Match::Unknown) << field;
  EXPECT_EQ(covers("{toEndpoints: []}", to(address)), Match::No);
}

TEST(Rules, PortsLimitWhatIsCovered) {
  const std::string world_80 = "{toEntities: [world], toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]}";
  EXPECT_EQ(covers(world_80, to(address, 80)), Match::Yes);
  EXPECT_EQ(covers(world_80, to(address, 443)), Match::No);
  EXPECT_EQ(covers("{toPorts: [{ports: [{port: \"400\", endPort: 500}]}]}", to(address, 443)), Match::Yes);
  EXPECT_EQ(covers("{toEntities: [world], toPorts: [{ports: [{port: https}]}]}", to(address, 443)), Match::Unknown);
}

TEST(Rules, AnEmptyRuleLetsNothingThrough) {
  EXPECT_THAT(rules_of("{}"), IsEmpty());
  EXPECT_TRUE(load("  egress: [{}]\n").policies.at(0).denies_by_default);
}

TEST(Rules, WhatTurnsOnTheDefaultDenial) {
  EXPECT_FALSE(load("  ingress: [{}]\n").policies.at(0).denies_by_default);
  EXPECT_FALSE(load("  egress: []\n").policies.at(0).denies_by_default);
  EXPECT_TRUE(load("  egressDeny: [{toCIDR: [20.0.0.0/8]}]\n").policies.at(0).denies_by_default);
  EXPECT_FALSE(load("  enableDefaultDeny: {egress: false}\n  egress: [{toEntities: [world]}]\n")
                   .policies.at(0)
                   .denies_by_default);
  EXPECT_TRUE(load("  enableDefaultDeny: {egress: true}\n").policies.at(0).denies_by_default);
}

// An exception, an entity or a port that cannot be read must not let more through than was written.
TEST(Rules, WhatCannotBeReadDoesNotWiden) {
  EXPECT_EQ(covers("{toCIDRSet: [{cidr: 20.0.0.0/8, except: [x]}]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toCIDR: [x]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toEntities: [x]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toCIDR: x}", to(address)), Match::No);
  EXPECT_EQ(covers("{toPorts: [{ports: [{port: \"443\", protocol: GRE}]}]}", to(address)), Match::No);
  EXPECT_EQ(covers("{toEntities: [world], toPorts: x}", to(address)), Match::No);
}

TEST(Rules, ADenialThatCannotBeReadMayCoverAnything) {
  const std::vector<Rule> rules = rules_of("{toCIDR: [x]}", "egressDeny");
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].covers(to("192.0.2.1")), Match::Unknown);
  EXPECT_EQ(rules_of("{toCIDR: [20.0.0.0/8]}", "egressDeny").at(0).covers(to(address)), Match::Yes);
}

TEST(Rules, DnsRulesAndWhatElseJudges) {
  const Rule rule =
      rules_of("{toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchPattern: \"*.x.com\"}]}}]}").at(0);
  EXPECT_TRUE(rule.has_dns_rules);
  ASSERT_THAT(rule.dns_rules, SizeIs(1));
  EXPECT_TRUE(rule.dns_rules[0].matches("a.x.com."));
  EXPECT_EQ(rules_of("{toPorts: [{ports: [{port: \"80\"}], rules: {http: [{}]}}]}").at(0).also_judged_by, "rules.http");
  EXPECT_EQ(rules_of("{toPorts: [{ports: [{port: \"443\"}], serverNames: [x.com]}]}").at(0).also_judged_by,
            "serverNames");
}

TEST(NotInForce, NamesBesideAnotherDestination) {
  const Policy policy = load("  egress: [{toFQDNs: [{matchName: a.b}], toCIDR: [192.0.2.1/32]}]\n");
  EXPECT_THAT(policy.policies, IsEmpty());
  EXPECT_THAT(policy.warnings, Contains(HasSubstr("not in force")));
}

TEST(NotInForce, StatusAndDeletion) {
  const std::string head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p";
  const std::string spec = "}\nspec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: a.b}]}]}\n";
  const auto count = [&](const std::string& text) { return load_policy_text(text, "p.yaml")->policies.size(); };
  EXPECT_EQ(count(head + spec), 1U);
  EXPECT_EQ(count(head + ", deletionTimestamp: \"2026-01-01T00:00:00Z\"" + spec), 0U);
  EXPECT_EQ(count(head + spec + "status: {conditions: [{type: Valid, status: \"False\"}]}\n"), 0U);
  EXPECT_EQ(count(head + spec + "status: {conditions: [{type: Valid, status: \"True\"}]}\n"), 1U);
}

TEST(Input, AnOddDocumentIsPassedOverAndTheOthersAreUsed) {
  const Result<Policy> policy = load_policy_text(
      "just words\n---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: {endpointSelector: {}, egress: "
      "[{toFQDNs: [{matchName: a.b}]}]}\n",
      "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), SizeIs(1));
  EXPECT_THAT(policy->warnings, Contains(HasSubstr("p.yaml:1: this is not a Kubernetes object")));
}

TEST(Input, WhatTheAgentPrintsIsRead) {
  const Result<Policy> policy = load_policy_text(
      "Defaulted container \"cilium-agent\" out of: cilium-agent, config (init)\n"
      R"([{"endpointSelector":{"matchLabels":{"any:app":"kong","k8s:io.kubernetes.pod.namespace":"kong"}},)"
      R"("egress":[{"toFQDNs":[{"matchName":"a.b"}]}],)"
      R"("labels":[{"key":"io.cilium.k8s.policy.name","value":"kong","source":"k8s"}]}])"
      "\nRevision: 12\n",
      "rules.json");
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_THAT(policy->policies, SizeIs(1));
  EXPECT_EQ(policy->policies[0].name, "kong");
  const Labels labels = {{"app", "kong"}};
  EXPECT_EQ(policy->policies[0].pods.matches({"kong", &labels}), Match::Yes);
  EXPECT_EQ(policy->policies[0].pods.matches({"other", &labels}), Match::No);
}

TEST(Input, ArraysAndItemsAreLists) {
  const std::string item =
      R"({"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","spec":{"endpointSelector":{}}})";
  EXPECT_THAT(load_policy_text("[" + item + "," + item + "]", "p.json")->policies, SizeIs(2));
  EXPECT_THAT(load_policy_text("{\"items\":[" + item + "]}", "p.json")->policies, SizeIs(1));
}

TEST(Input, ATemplateIsToBeRenderedFirst) {
  EXPECT_EQ(load_policy_text("kind: CiliumNetworkPolicy\nspec:\n  x: {{ .Values.x }}\n", "t.yaml").error().message,
            "t.yaml:3: this is a template ({{): render it first");
  EXPECT_EQ(load_policy_text("{{- if .x }}\nkind: CiliumNetworkPolicy\n", "t.yaml").error().message,
            "t.yaml:1: this is a template ({{): render it first");
}

}  // namespace
}  // namespace cnamedrop::policy
