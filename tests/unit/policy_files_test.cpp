// SPDX-License-Identifier: Apache-2.0
// Policies as they come from repositories, from kubectl and from cilium-dbg, and what is given by mistake for them.
#include <gmock/gmock.h>

#include <string>

#include "policy/policy.h"
#include "policy_view.h"

namespace cnamedrop::policy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

Result<Policy> load_data(const std::string& file) { return load_policy_file(TEST_DATA_DIR "/policies/" + file); }

auto has_text(const char* text) { return Field(&Selector::text, text); }

// One CiliumNetworkPolicy with these lines below "egress:", which is line 4.
Result<Policy> load_egress(const std::string& egress) {
  return load_policy_text(
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: \n  egress:\n" + egress + "  endpointSelector: {}\n",
      "p.yaml");
}

// What is said of an odd entry, which is left out.
std::string warning_of(const std::string& egress) {
  const Result<Policy> policy = load_egress(egress);
  return policy && !policy->warnings.empty() ? policy->warnings.front() : "nothing";
}

TEST(PolicyFile, SelectorsOfAnEgressRule) {
  const Result<Policy> policy = load_data("kong.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: Login.MicrosoftOnline.com"),
                                                 has_text("matchPattern: *.msidentity.com")));
  EXPECT_EQ(selectors_of(*policy)[0].ports, (std::vector<PortRange>{{Protocol::Tcp, 443, 443}}));
  EXPECT_EQ(selectors_of(*policy)[0].source.document, 1);
  EXPECT_THAT(to_string(selectors_of(*policy)[0].source), EndsWith("policies/kong.yaml:24"));
  EXPECT_THAT(policy->warnings, IsEmpty());
}

TEST(PolicyFile, DnsRulesStandApart) {
  const Result<Policy> policy = load_data("kong.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(dns_rules_of(*policy), ElementsAre(has_text("matchPattern: *")));
}

TEST(PolicyFile, ManyDocumentsAndSpecs) {
  const Result<Policy> policy = load_data("many_documents.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy),
              ElementsAre(has_text("matchName: first.example.com"), has_text("matchPattern: *.second.example.com")));
  EXPECT_EQ(selectors_of(*policy)[1].source.document, 3);
  EXPECT_THAT(selectors_of(*policy)[0].ports, IsEmpty());
  EXPECT_EQ(
      selectors_of(*policy)[1].ports,
      (std::vector<PortRange>{{Protocol::Tcp, 8000, 8100}, {Protocol::Udp, 53, 53}, {Protocol::Any, 9090, 9090}}));
}

TEST(PolicyFile, OtherKindsAreNamedAndPassedOver) {
  const Result<Policy> policy = load_data("many_documents.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(policy->warnings,
              ElementsAre(HasSubstr("many_documents.yaml:1: NetworkPolicy is not a policy of Cilium")));
}

TEST(PolicyFile, ListAsKubectlPrintsItInJson) {
  const Result<Policy> policy = load_data("kubectl_list.json");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: listed.example.com")));
}

TEST(PolicyFile, NamesOfCiliumDbgMatchByTheirRegex) {
  const Result<Policy> policy = load_data("fqdn_names.json");
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: httpbin.org"), has_text("matchPattern: **.x.com"),
                                                 has_text("regex: (^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)")));
  EXPECT_TRUE(selectors_of(*policy)[0].matches("httpbin.org."));
  EXPECT_FALSE(selectors_of(*policy)[1].matches("a.b.x.com.")) << "the agent that wrote it is older than 1.19";
  EXPECT_TRUE(selectors_of(*policy)[2].matches("any.name."));
  EXPECT_THAT(to_string(selectors_of(*policy)[0].source), EndsWith("fqdn_names.json"));
}

TEST(PolicyFile, NamesOfOldCiliumDbgLackAColon) {
  const Result<Policy> policy =
      load_policy_text(R"({"FQDNPolicySelectors":[{"selectorString":"MatchName: , MatchPattern *.x.com"}]})", "n.json");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchPattern: *.x.com")));
  EXPECT_TRUE(selectors_of(*policy)[0].matches("a.x.com."));
}

TEST(PolicyFile, NoNamesOfCiliumDbgIsAWarning) {
  const Result<Policy> policy = load_policy_text(R"({"DNSPollNames":null,"FQDNPolicySelectors":null})", "n.json");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(policy->warnings, ElementsAre("n.json: selects no names"));
}

TEST(PolicyFile, BrokenNamesOfCiliumDbgAreErrorsWithTheirPlace) {
  EXPECT_THAT(load_policy_text(R"({"FQDNPolicySelectors":[{"regexString":"^("}]})", "n.json").error().message,
              StartsWith("n.json: FQDNPolicySelectors[0] regexString is not a regular expression"));
  EXPECT_THAT(load_policy_text(R"({"FQDNPolicySelectors":[{}]})", "n.json").error().message,
              HasSubstr("FQDNPolicySelectors[0] has neither"));
  EXPECT_THAT(load_policy_text(R"({"FQDNPolicySelectors":7})", "n.json").error().message, HasSubstr("is not an array"));
  EXPECT_THAT(load_policy_text(R"({"FQDNPolicySelectors":[7]})", "n.json").error().message,
              HasSubstr("is not an object"));
  EXPECT_THAT(load_policy_text(R"({"FQDNPolicySelectors":[]} x)", "n.json").error().message, HasSubstr("offset"));
}

TEST(PolicyFile, OutputOfOtherToolsIsRecognised) {
  EXPECT_THAT(load_data("fqdn_cache.json").error().message, HasSubstr("cilium-dbg fqdn cache list"));
  EXPECT_THAT(load_data("fqdn_cache.txt").error().message, HasSubstr("cilium-dbg fqdn cache list"));
  EXPECT_THAT(load_data("hubble_flows.json").error().message, HasSubstr("hubble observe"));
  EXPECT_THAT(load_policy_file(TEST_DATA_DIR "/traces/kong_a3_cname60.jsonl").error().message,
              HasSubstr("this is an event file of cnamedrop; wanted is"));
  EXPECT_THAT(load_policy_text(R"({"answer":42})", "x.json").error().message, HasSubstr("this JSON holds no policy"));
}

TEST(PolicyFile, MissingFileAndDirectory) {
  EXPECT_THAT(load_data("absent.yaml").error().message, HasSubstr("absent.yaml: No such file"));
  EXPECT_THAT(load_policy_file(TEST_DATA_DIR).error().message, HasSubstr("is a directory"));
}

TEST(PolicyFile, FileWithoutAPolicyIsAnError) {
  EXPECT_THAT(load_policy_text("", "empty.yaml").error().message, HasSubstr("no CiliumNetworkPolicy"));
  EXPECT_THAT(load_policy_text("kind: Service\n", "s.yaml").error().message, HasSubstr("no CiliumNetworkPolicy"));
  EXPECT_THAT(load_policy_text("just words\n", "w.yaml").error().message, HasSubstr("no CiliumNetworkPolicy"));
}

TEST(PolicyFile, BrokenYamlHasItsLine) {
  EXPECT_THAT(load_policy_text("kind: x\nspec: [\n", "b.yaml").error().message, StartsWith("b.yaml:"));
  EXPECT_THAT(load_policy_text(std::string(100'000, '['), "deep.yaml").error().message, StartsWith("deep.yaml:1"));
}

TEST(PolicyFile, RefusedCharactersCarryFileLineFieldAndReason) {
  EXPECT_THAT(warning_of("    - toFQDNs:\n        - matchName: ok.com\n        - matchName: 'a b.com'\n"),
              AllOf(StartsWith("p.yaml:7: spec.egress[0].toFQDNs[1].matchName \"a b.com\" has invalid characters")));
}

TEST(PolicyFile, EntryHasExactlyOneOfNameAndPattern) {
  EXPECT_THAT(warning_of("    - toFQDNs:\n        - {}\n"), HasSubstr("toFQDNs[0] has neither"));
  EXPECT_THAT(warning_of("    - toFQDNs:\n        - {matchName: x.com, matchPattern: '*.x.com'}\n"),
              HasSubstr("toFQDNs[0] has both"));
}

TEST(PolicyFile, DnsRuleMayHaveBothAndThenAllowsEither) {
  const Result<Policy> policy = load_egress(
      "    - toPorts:\n        - ports: [{port: '53'}]\n          rules: {dns: [{matchName: x.com, matchPattern: "
      "'*.x.com'}]}\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(dns_rules_of(*policy), ElementsAre(has_text("matchName: x.com"), has_text("matchPattern: *.x.com")));
}

TEST(PolicyFile, FieldsOfTheWrongShapeAreSaid) {
  EXPECT_THAT(warning_of("    - toFQDNs: x.com\n"), HasSubstr("p.yaml:5: spec.egress[0].toFQDNs is not a list"));
  EXPECT_THAT(warning_of("    - toFQDNs: [x.com]\n"), HasSubstr("toFQDNs[0] is not an object"));
  EXPECT_THAT(warning_of("    - toFQDNs: [{matchName: [x]}]\n"), HasSubstr("toFQDNs[0].matchName is not a string"));
  EXPECT_THAT(warning_of("    - x\n"), HasSubstr("egress[0] is not an object"));
  EXPECT_THAT(warning_of("    - toPorts: [x]\n"), HasSubstr("toPorts[0] is not an object"));
  EXPECT_THAT(warning_of("    - toPorts: [{ports: [443]}]\n"), HasSubstr("ports[0] is not an object"));
  EXPECT_THAT(load_policy_text("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: x\n", "p")->warnings,
              Contains(HasSubstr("spec is not an object")));
}

TEST(PolicyFile, BadPortsAreSaid) {
  EXPECT_THAT(warning_of("    - toPorts: [{ports: [{port: '70000'}]}]\n"), HasSubstr("port is not a port: 70000"));
  EXPECT_THAT(warning_of("    - toPorts: [{ports: [{protocol: TCP}]}]\n"), HasSubstr("port is missing"));
  EXPECT_THAT(warning_of("    - toPorts: [{ports: [{port: '1', protocol: GRE}]}]\n"), HasSubstr("protocol is none of"));
  EXPECT_THAT(warning_of("    - toPorts: [{ports: [{port: '10', endPort: 9}]}]\n"),
              HasSubstr("at or after port 10: 9"));
}

TEST(PolicyFile, PortZeroIsEveryPort) {
  const Result<Policy> policy =
      load_egress("    - toFQDNs: [{matchName: x.com}]\n      toPorts: [{ports: [{port: '0', protocol: UDP}]}]\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(selectors_of(*policy)[0].ports, (std::vector<PortRange>{{Protocol::Udp, 0, 65535}}));
}

TEST(PolicyFile, TheNumberOfANamedPortIsNotKnown) {
  const Result<Policy> policy =
      load_egress("    - toFQDNs: [{matchName: x.com}]\n      toPorts: [{ports: [{port: https, protocol: TCP}]}]\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(selectors_of(*policy).at(0).covers_port(6, 443), Match::Unknown);
  EXPECT_EQ(selectors_of(*policy).at(0).covers_port(17, 443), Match::No);
}

TEST(PolicyFile, PortEntryWithoutPortsLeavesItsRuleOut) {
  const Result<Policy> policy = load_egress("    - toFQDNs: [{matchName: x.com}]\n      toPorts: [{}]\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), IsEmpty());
  EXPECT_THAT(policy->warnings, Contains(HasSubstr("toPorts[0] names no ports")));
}

TEST(PolicyFile, IcmpRuleAllowsNoTcp) {
  const Result<Policy> policy =
      load_egress("    - toFQDNs: [{matchName: x.com}]\n      icmps: [{fields: [{type: 8}]}]\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(selectors_of(*policy)[0].covers_port(6, 443), Match::No);
  EXPECT_EQ(selectors_of(*policy)[0].covers_port(1, 0), Match::Unknown) << "events do not tell the type";
}

TEST(PolicyFile, VersionDecidesWhatAPatternMatches) {
  const std::string text =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: {egress: [{toFQDNs: "
      "[{matchPattern: '**.x.com'}]}]}\n";
  EXPECT_TRUE(selectors_of(*load_policy_text(text, "p"))[0].matches("a.b.x.com."));
  EXPECT_FALSE(selectors_of(*load_policy_text(text, "p", {CiliumVersion::V1_18_OrOlder}))[0].matches("a.b.x.com."));
}

TEST(PolicyFile, SeveralFilesAreAppended) {
  Policy all = *load_data("kong.yaml");
  append(all, *load_data("many_documents.yaml"));
  EXPECT_THAT(selectors_of(all), SizeIs(4));
  EXPECT_THAT(dns_rules_of(all), SizeIs(1));
  EXPECT_THAT(all.warnings, SizeIs(1));
}

TEST(PolicyOptions, NameAndPatternAreSelectors) {
  EXPECT_EQ(to_string(selector_from_name("Login.X.com")->source), "--allow-name");
  EXPECT_TRUE(selector_from_name("Login.X.com")->matches("login.x.com."));
  EXPECT_TRUE(selector_from_pattern("*.x.com")->matches("a.x.com."));
}

TEST(PolicyOptions, ErrorNamesTheOption) {
  EXPECT_THAT(selector_from_name("*.x.com").error().message, StartsWith("--allow-name \"*.x.com\": has invalid"));
  EXPECT_THAT(selector_from_pattern("").error().message, StartsWith("--allow-pattern \"\": is empty"));
}

}  // namespace
}  // namespace cnamedrop::policy
