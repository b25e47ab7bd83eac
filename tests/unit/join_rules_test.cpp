// SPDX-License-Identifier: Apache-2.0
// The rows of the cause table that need whole policies, each from packets that it applies to and from such that it does
// not.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string dns =
    "  - {toEndpoints: [{}], toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchPattern: \"*\"}]}}]}\n";
const std::string login_443 =
    "  - {toFQDNs: [{matchName: login.microsoftonline.com}], toPorts: [{ports: [{port: \"443\"}]}]}\n";

std::string policy_for(const std::string& pods, const std::string& egress, const std::string& more = "") {
  return "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: kong}\nspec:\n"
         "  endpointSelector: " +
         pods + "\n" + more + "  egress:\n" + egress;
}
std::string policy(const std::string& egress, const std::string& more = "") { return policy_for("{}", egress, more); }

// The founding case of pod kong/kong-uid, whose labels nobody knows.
class Case : public Trace {
 public:
  explicit Case(const std::string& policies)
      : Trace({}, std::make_shared<policy::Policy>(*policy::load_policy_text(policies, "policy.yaml"))) {
    name(1, container("uid", "c1"));
  }
  events::Cause founding() {
    chase_as_kong(60, 30);
    return drop();
  }
};

TEST(JoinRules, TheFoundingCaseUnderItsPolicyHasNoDoubt) {
  const events::Cause cause = Case(policy(dns + login_443)).founding();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, IsEmpty());
}

TEST(JoinRules, ADenialGoesBeforeEverythingThatAllows) {
  const std::string deny = "  egressDeny: [{toCIDR: [20.190.0.0/16]}]\n";
  const std::string names = "  - {toFQDNs: [{matchPattern: \"*\"}]}\n";
  const events::Cause cause = Case(policy(dns + names, deny)).founding();
  EXPECT_EQ(cause.kind, CauseKind::DeniedByRule);
  EXPECT_EQ(cause.selector->text, "egressDeny of p");
  const std::string elsewhere = "  egressDeny: [{toCIDR: [20.191.0.0/16]}]\n";
  EXPECT_EQ(Case(policy(dns + login_443, elsewhere)).founding().kind, CauseKind::CnameOnly);
  const std::string other_port = "  egressDeny: [{toCIDR: [20.190.0.0/16], toPorts: [{ports: [{port: \"80\"}]}]}]\n";
  EXPECT_EQ(Case(policy(dns + login_443, other_port)).founding().kind, CauseKind::CnameOnly);
}

TEST(JoinRules, ADenialOfPodsWithOtherLabelsIsADoubtWhereEverythingElseAllows) {
  const std::string denial =
      policy_for("{matchLabels: {app: x}}", "  - {}\n", "  egressDeny: [{toCIDR: [20.190.0.0/16]}]\n");
  Case allowed(policy(dns + "  - {toEntities: [world]}\n") + denial);
  const events::Cause cause = allowed.founding();
  EXPECT_EQ(cause.kind, CauseKind::DeniedByRule);
  EXPECT_THAT(cause.doubts, Contains("labels_unknown"));
  EXPECT_EQ(Case(policy(dns + login_443) + denial).founding().kind, CauseKind::CnameOnly);
}

TEST(JoinRules, ARuleWithoutNamesThatLetsThePacketThrough) {
  const events::Cause cause = Case(policy(dns + login_443 + "  - {toCIDR: [20.190.151.0/24]}\n")).founding();
  EXPECT_EQ(cause.kind, CauseKind::AllowedByRule);
  EXPECT_EQ(cause.selector->text, "egress of p");
  EXPECT_THAT(cause.chases, IsEmpty());
  EXPECT_EQ(Case(policy(dns + login_443 + "  - {toCIDR: [20.190.152.0/24]}\n")).founding().kind, CauseKind::CnameOnly);
}

TEST(JoinRules, WhatNobodyDeniesIsAllowed) {
  const events::Cause cause = Case(policy(dns + login_443, "  enableDefaultDeny: {egress: false}\n")).founding();
  EXPECT_EQ(cause.kind, CauseKind::AllowedByRule);
  EXPECT_THAT(cause.note, HasSubstr("no policy that is for the pod denies"));
}

TEST(JoinRules, PeersThatAnAddressDoesNotTellAreADoubt) {
  const events::Cause cause = Case(policy(dns + login_443 + "  - {toServices: [{}]}\n")).founding();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, ElementsAre("rule_may_allow"));
}

TEST(JoinRules, NamesWithoutDnsRulesAreNeverCredited) {
  const std::string lookups = "  - {toEndpoints: [{}], toPorts: [{ports: [{port: \"53\"}]}]}\n";
  const events::Cause cause = Case(policy(lookups + login_443)).founding();
  EXPECT_EQ(cause.kind, CauseKind::NoDnsRule);
  EXPECT_EQ(Case(policy(lookups + dns + login_443)).founding().kind, CauseKind::CnameOnly)
      << "one rule with rules.dns is enough";
}

TEST(JoinRules, LookUpsThatNoGivenRuleLetsOutAreADoubt) {
  const events::Cause cause = Case(policy(login_443)).founding();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, ElementsAre("dns_policy_missing"));
}

TEST(JoinRules, APolicyOfOtherPodsPerhapsDoesNotAllowAndStillNamesAnOrigin) {
  const std::string target =
      policy_for("{matchLabels: {app: x}}", "  - {toFQDNs: [{matchName: www.tm.ak.prd.aadg.trafficmanager.net}]}\n");
  const events::Cause not_allowed = Case(policy(dns + login_443) + target).founding();
  EXPECT_EQ(not_allowed.kind, CauseKind::CnameOnly);
  EXPECT_THAT(not_allowed.doubts, ElementsAre("labels_unknown"));
  const events::Cause origin = Case(policy(dns) + policy_for("{matchLabels: {app: x}}", login_443)).founding();
  EXPECT_EQ(origin.kind, CauseKind::CnameOnly);
  EXPECT_THAT(origin.doubts, ElementsAre("labels_unknown"));
}

TEST(JoinRules, APolicyOfAnotherNamespaceChangesNothing) {
  std::string other = policy("  - {toFQDNs: [{matchPattern: \"*\"}]}\n", "");
  other.replace(other.find("namespace: kong"), 15, "namespace: other");
  const events::Cause cause = Case(policy(dns + login_443) + other).founding();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, IsEmpty());
}

TEST(JoinRules, APodWhoseNamespaceIsNotKnownIsJudgedWithADoubt) {
  Trace trace({}, std::make_shared<policy::Policy>(*policy::load_policy_text(policy(dns + login_443), "policy.yaml")));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, Contains("namespace_unknown"));
}

TEST(JoinRules, BareNamesHaveNoDenialsAndNoDnsRulesToMiss) {
  policy::Policy names;
  names.names.push_back(*policy::selector_from_name("login.microsoftonline.com"));
  Trace trace({}, std::make_shared<policy::Policy>(std::move(names)));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, Not(Contains("dns_policy_missing")));
}

}  // namespace
}  // namespace cnamedrop::join
