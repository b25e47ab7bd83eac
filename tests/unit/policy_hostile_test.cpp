// SPDX-License-Identifier: Apache-2.0
// Policies that were made to hang or to crash their reader, and merge keys and aliases as people write them.
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

Result<Policy> load_hostile(const std::string& file) { return load_policy_file(TEST_DATA_DIR "/hostile/" + file); }

std::string error_of_text(const std::string& text) { return load_policy_text(text, "p.yaml").error().message; }

auto has_text(const char* text) { return Field(&Selector::text, text); }

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

const std::string head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n";

// A chain of names as the founding case has them, and the longest that there is.
bool matches_any(const Policy& policy) {
  const std::string longest = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + ".com.";
  for (const std::string& name : {std::string("www.tm.ak.prd.aadg.trafficmanager.net."), longest})
    for (const Selector& selector : selectors_of(policy))
      if (selector.matches(name)) return true;
  return false;
}

class EvilRegex : public testing::TestWithParam<const char*> {};

TEST_P(EvilRegex, IsMatchedInLinearTime) {
  const Result<Policy> policy = load_hostile(GetParam());
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), SizeIs(1));
  EXPECT_FALSE(matches_any(*policy));
}

INSTANTIATE_TEST_SUITE_P(Files, EvilRegex,
                         testing::Values("redos.json", "redos3.json", "evil_names.json", "stars.json"));

TEST(HostilePolicy, SyntaxOfGoIsUnderstood) {
  const Result<Policy> policy = load_hostile("go_only.json");
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_THAT(selectors_of(*policy), SizeIs(2));
  for (const Selector& selector : selectors_of(*policy)) {
    EXPECT_TRUE(selector.matches("login.microsoftonline.com.")) << selector.text;
    EXPECT_FALSE(selector.matches("www.login.microsoftonline.com.")) << selector.text;
  }
}

TEST(HostilePolicy, RegexThatTakesTooMuchMemoryIsRefused) {
  const std::string large = R"x({"FQDNPolicySelectors":[{"regexString":"((a{100}){100})"}]})x";
  EXPECT_THAT(error_of_text(large),
              StartsWith("p.yaml: FQDNPolicySelectors[0] regexString is not a regular expression"));
}

TEST(HostilePolicy, AliasOfWhatItIsInIsRefused) {
  EXPECT_THAT(load_hostile("selfref.yaml").error().message,
              EndsWith("selfref.yaml:3: an alias to a value that it is itself in"));
  EXPECT_THAT(load_hostile("selfref2.yaml").error().message,
              EndsWith("selfref2.yaml:5: an alias to a value that it is itself in"));
}

TEST(HostilePolicy, AliasBombIsRefused) {
  EXPECT_THAT(load_hostile("bomb.yaml").error().message,
              AllOf(HasSubstr("bomb.yaml:"), HasSubstr("more than 4000000 values")));
}

TEST(HostilePolicy, BombOfMergeKeysIsRefused) {
  std::string text = "x0: &x0 {a: 1, b: 2}\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "*x" + std::to_string(i - 1);
    text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " {<<: [" + before + ", " + before + "]}\n";
  }
  EXPECT_THAT(error_of_text(text), HasSubstr("more than 4000000 values"));
}

TEST(HostilePolicy, LadderOfAliasesIsAsDeepAsItsExpansion) {
  std::string text = "x0: &x0 {kind: List}\n";
  for (int i = 1; i < 200; ++i)
    text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " {kind: List, items: [*x" + std::to_string(i - 1) +
            "]}\n";
  EXPECT_THAT(error_of_text(text), AllOf(StartsWith("p.yaml:5"), HasSubstr("nested deeper than 100 levels")));
}

class DeepYaml : public testing::TestWithParam<const char*> {};

TEST_P(DeepYaml, IsRefused) {
  EXPECT_THAT(error_of_text(repeated(GetParam(), 100'000)), StartsWith("p.yaml:1: ")) << GetParam();
}

// yaml-cpp would keep a hundred bytes for each of them before it tells of the first.
TEST(HostilePolicy, MoreBracketsThanCouldBeKeptAreRefused) {
  EXPECT_THAT(error_of_text(std::string(std::size_t{60} << 20, '[')),
              StartsWith("p.yaml:1: a value of more than 1 MiB begins here or below"));
  EXPECT_THAT(error_of_text("kind: List\n---\n- 7\n- [" + repeated("[],\n", 1 << 20) + "]\n"),
              StartsWith("p.yaml:3: a value of more than 1 MiB begins here or below"));
}

// A list behind its key is told of piece by piece.
TEST(PolicyYaml, LongListsAreRead) {
  const Result<Policy> policy = load_policy_text(
      head + "spec: {egress: [{toFQDNs: [{matchName: a.b}]}]}\nother: [\n" + repeated("abcdefgh,\n", 300'000) + "]\n",
      "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), SizeIs(1));
}

TEST(PolicyYaml, JsonOfAnySizeIsRead) {
  const std::string item =
      R"({"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","spec":{"egress":[{"toFQDNs":[{"matchName":"a.b"}],)"
      R"("toPorts":[{"ports":[{"port":"443","endPort":444}]}]}]}},)"
      "\n";
  const Result<Policy> policy = load_policy_text(
      "{\"kind\":\"List\",\"items\":[\n" + repeated(item, 20'000) + "{\"kind\":\"x\",\"y\":null}]}", "p.json");
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_THAT(selectors_of(*policy), SizeIs(20'000));
  EXPECT_EQ(selectors_of(*policy).back().source.line, 20'001);
  EXPECT_EQ(selectors_of(*policy).back().ports, (std::vector<PortRange>{{Protocol::Any, 443, 444}}));
}

INSTANTIATE_TEST_SUITE_P(Openings, DeepYaml, testing::Values("[", "{", "{a: ", "- ", "? ", "[a, ", "{\"a\":"));

TEST(HostilePolicy, SelectorsAreCounted) {
  const std::string text = head + "spec:\n  egress:\n  - toFQDNs:\n" + repeated("    - matchName: a.b\n", 100'001);
  const Result<Policy> policy = load_policy_text(text, "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), SizeIs(100'000));
  EXPECT_THAT(policy->warnings, Contains(HasSubstr("too many selectors or ports")));
}

TEST(HostilePolicy, CopiesOfPortsAreCounted) {
  const std::string text = head + "spec: {egress: [{toFQDNs: [" + repeated("{matchName: a.b},", 10'000) +
                           "], toPorts: [{ports: [" + repeated("{port: 1},", 1'000) + "]}]}]}\n";
  const Result<Policy> policy = load_policy_text(text, "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), IsEmpty());
  EXPECT_THAT(policy->warnings, Contains(HasSubstr("too many selectors or ports")));
}

TEST(HostilePolicy, WarningsAreCounted) {
  const std::string text = "kind: List\nitems: [" + repeated("{kind: x},", 1000) +
                           "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy}]\n";
  const Result<Policy> policy = load_policy_text(text, "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(policy->warnings, SizeIs(101));
  EXPECT_EQ(policy->warnings.back(), "p.yaml: 902 more warnings of this kind");
}

TEST(PolicyYaml, AliasStandsForItsAnchorWithTheAnchorsLine) {
  const Result<Policy> policy =
      load_policy_text(head + "names: &names\n- matchName: a.b\nspec: {egress: [{toFQDNs: *names}]}\n", "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: a.b")));
  EXPECT_EQ(selectors_of(*policy)[0].source.line, 4);
}

TEST(PolicyYaml, AnchorsEndWithTheirDocument) {
  EXPECT_THAT(error_of_text("a: &a 1\n---\nb: *a\n"), StartsWith("p.yaml:3: "));
}

TEST(PolicyYaml, MergeKeyAddsWhatTheMapLacks) {
  const Result<Policy> policy = load_policy_text(
      "x: &x\n  apiVersion: cilium.io/v2\n  kind: Service\n"
      "  spec: {egress: [{toFQDNs: [{matchName: a.b}]}]}\n"
      "<<: *x\nkind: CiliumNetworkPolicy\n",
      "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: a.b")));
}

TEST(PolicyYaml, FirstOfMergedMapsWins) {
  const Result<Policy> policy = load_policy_text(
      head + "x: &x {matchName: first.b}\ny: &y {matchName: second.b}\nspec: {egress: [{toFQDNs: [{<<: [*x, *y]}]}]}\n",
      "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: first.b")));
}

TEST(PolicyYaml, MergedMapMayHaveMergedItself) {
  const Result<Policy> policy = load_policy_text(
      head +
          "x: &x {matchName: a.b}\ny: &y {<<: *x}\nspec: {egress: [{toFQDNs: [{<<: *y}, {<<: {matchName: c.d}}]}]}\n",
      "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(selectors_of(*policy), ElementsAre(has_text("matchName: a.b"), has_text("matchName: c.d")));
}

TEST(PolicyYaml, QuotedMergeKeyIsAKeyLikeAnyOther) {
  const auto policy = load_policy_text(head + "spec: {egress: [{toFQDNs: [{\"<<\": {matchName: a.b}}]}]}\n", "p.yaml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(policy->warnings, Contains(HasSubstr("toFQDNs[0] has neither")));
}

TEST(PolicyYaml, OnlyMapsAreMerged) {
  EXPECT_THAT(error_of_text("a: 1\nb: {<<: 7}\n"), StartsWith("p.yaml:2: \"<<\" merges neither a map nor"));
  EXPECT_THAT(error_of_text("a: 1\nb: {<<: [{}, 7]}\n"), StartsWith("p.yaml:2: \"<<\" merges neither a map nor"));
}

}  // namespace
}  // namespace cnamedrop::policy
