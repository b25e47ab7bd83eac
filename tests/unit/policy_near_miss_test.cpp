// SPDX-License-Identifier: Apache-2.0
// Selectors that somebody thought would cover a name.
#include <gmock/gmock.h>

#include <vector>

#include "policy/near_miss.h"
#include "policy_view.h"

namespace cnamedrop::policy {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr CiliumVersion old_cilium = CiliumVersion::V1_18_OrOlder;
constexpr CiliumVersion new_cilium = CiliumVersion::V1_19_OrNewer;

std::vector<Selector> name(const char* text) { return {*make_selector(SelectorKind::Name, text, {}, new_cilium)}; }
std::vector<Selector> pattern(const char* text, CiliumVersion version = new_cilium) {
  return {*make_selector(SelectorKind::Pattern, text, {}, version)};
}

TEST(NearMiss, StarMissesTheApex) {
  const auto selectors = pattern("*.x.com");
  const auto miss = find_near_miss("x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::Apex);
  EXPECT_EQ(miss->selector, &selectors[0]);
  EXPECT_EQ(miss->explanation,
            "matchPattern: *.x.com selects names below x.com, not x.com itself; matchName: x.com does");
}

TEST(NearMiss, DoubleStarMissesTheApexInEveryVersion) {
  EXPECT_EQ(find_near_miss("x.com.", pointers_to(pattern("**.x.com", old_cilium)))->kind, MissKind::Apex);
  EXPECT_EQ(find_near_miss("x.com.", pointers_to(pattern("**.x.com", new_cilium)))->kind, MissKind::Apex);
}

TEST(NearMiss, StarMissesByDepth) {
  const auto selectors = pattern("*.x.com");
  const auto miss = find_near_miss("a.b.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::Depth);
  EXPECT_EQ(
      miss->explanation,
      "matchPattern: *.x.com selects exactly 1 label before x.com, a.b.x.com has 2; matchPattern: *.*.x.com does");
}

TEST(NearMiss, TwoStarsMissByTooFewLabels) {
  const auto selectors = pattern("*.*.x.com");
  const auto miss = find_near_miss("a.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::Depth);
  EXPECT_THAT(miss->explanation, AllOf(HasSubstr("exactly 2 labels"), HasSubstr("matchPattern: *.x.com does")));
}

TEST(NearMiss, DoubleStarMissesByDepthBefore119) {
  const auto selectors = pattern("**.x.com", old_cilium);
  const auto miss = find_near_miss("a.b.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::DoubleStar);
  EXPECT_THAT(miss->explanation, AllOf(HasSubstr("from Cilium 1.19 on"), HasSubstr("a.b.x.com has 2")));
}

TEST(NearMiss, DoubleStarAndStarNeedTwoLabels) {
  const auto selectors = pattern("**.*.x.com");
  const auto miss = find_near_miss("a.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::Depth);
  EXPECT_THAT(miss->explanation, HasSubstr("at least 2 labels"));
}

TEST(NearMiss, StarWithoutDotDoesNotReachBelow) {
  const auto selectors = pattern("*x.com");
  const auto miss = find_near_miss("www.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->kind, MissKind::Depth);
  EXPECT_THAT(miss->explanation, HasSubstr("no * that crosses a dot to reach www.x.com"));
}

TEST(NearMiss, NameDoesNotReachBelow) {
  const auto selectors = name("x.com");
  const auto miss = find_near_miss("www.x.com.", pointers_to(selectors));
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->explanation, "matchName: x.com selects that name alone, not www.x.com");
}

TEST(NearMiss, SelectorThatMatchesDoesNotMiss) {
  EXPECT_FALSE(find_near_miss("a.x.com.", pointers_to(pattern("*.x.com"))));
  EXPECT_FALSE(find_near_miss("a.b.x.com.", pointers_to(pattern("**.x.com", new_cilium))));
}

TEST(NearMiss, OtherDomainsAreFar) {
  EXPECT_FALSE(find_near_miss("www.tm.ak.prd.aadg.trafficmanager.net.", pointers_to(pattern("*.microsoftonline.com"))));
  EXPECT_FALSE(find_near_miss("evilx.com.", pointers_to(pattern("*.x.com"))));
  EXPECT_FALSE(find_near_miss("com.", pointers_to(pattern("*.x.com"))));
  EXPECT_FALSE(find_near_miss("a\\032b.x.com.", pointers_to(pattern("*.x.com")))) << "a blank is no matter of depth";
}

TEST(NearMiss, WildcardsWithoutADomainAreNearToNothing) {
  EXPECT_FALSE(find_near_miss("x.com.", pointers_to(pattern("**", old_cilium))));
  EXPECT_FALSE(find_near_miss("a\\032b.com.", pointers_to(pattern("*"))));
}

TEST(NearMiss, BareRegexIsNotExplained) {
  const std::vector<Selector> selectors{*make_regex_selector("^a[.]x[.]com[.]$", {})};
  EXPECT_FALSE(find_near_miss("b.a.x.com.", pointers_to(selectors)));
}

TEST(NearMiss, FirstThatMissesIsNamed) {
  std::vector<Selector> selectors = name("other.org");
  selectors.push_back(pattern("*.x.com")[0]);
  EXPECT_EQ(find_near_miss("x.com.", pointers_to(selectors))->selector, &selectors[1]);
}

TEST(SearchSuffix, ClusterDomainIsCutOff) {
  const auto selectors = name("login.x.com");
  const auto found = find_search_suffix("login.x.com.kong.svc.cluster.local.", pointers_to(selectors));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->selector, &selectors[0]);
  EXPECT_EQ(found->selected, "login.x.com.");
  EXPECT_EQ(found->suffix, "kong.svc.cluster.local.");
}

TEST(SearchSuffix, EveryDomainOfTheUsualListCounts) {
  EXPECT_TRUE(find_search_suffix("login.x.com.svc.cluster.local.", pointers_to(name("login.x.com"))));
  EXPECT_TRUE(find_search_suffix("login.x.com.cluster.local.", pointers_to(name("login.x.com"))));
  EXPECT_TRUE(find_search_suffix("login.x.com.kong.svc.k8s.example.org.", pointers_to(name("login.x.com"))));
  EXPECT_TRUE(find_search_suffix("login.x.com.eu-west-1.compute.internal.", pointers_to(name("login.x.com"))));
  EXPECT_TRUE(find_search_suffix("login.x.com.lan.", pointers_to(name("login.x.com"))));
}

TEST(SearchSuffix, PatternsCountToo) {
  EXPECT_EQ(find_search_suffix("a.x.com.svc.cluster.local.", pointers_to(pattern("*.x.com")))->selected, "a.x.com.");
}

TEST(SearchSuffix, AliasOfACdnIsNoSearchDomain) {
  EXPECT_FALSE(find_search_suffix("www.x.com.edgekey.net.", pointers_to(name("www.x.com"))));
  EXPECT_FALSE(find_search_suffix("x.co.uk.", pointers_to(name("x.co"))));
}

TEST(SearchSuffix, KnownSearchDomainOfThePodCounts) {
  const std::vector<dns::Name> domains{"corp.example.org."};
  EXPECT_TRUE(find_search_suffix("www.x.com.corp.example.org.", pointers_to(name("www.x.com")), domains));
  EXPECT_FALSE(find_search_suffix("www.x.com.example.org.", pointers_to(name("www.x.com")), domains));
}

TEST(SearchSuffix, UnselectedNamesHaveNone) {
  EXPECT_FALSE(find_search_suffix("other.org.svc.cluster.local.", pointers_to(name("login.x.com"))));
  EXPECT_FALSE(find_search_suffix("login.x.com.", pointers_to(name("login.x.com"))));
  EXPECT_FALSE(find_search_suffix(".", pointers_to(name("login.x.com"))));
}

}  // namespace
}  // namespace cnamedrop::policy
