// SPDX-License-Identifier: Apache-2.0
// What would have become of drops had the client asked for addresses first.
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Assume, TheFirstLookupPassesAndTheNextFollowsTheCachedAlias) {
  Recording recording(assuming("A,CNAME"));
  recording.chase(60, 3);
  recording.drop();
  recording.at(9);
  recording.chase(60, 3);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(report.assumption->packets_gone, 1U);
  EXPECT_EQ(report.assumption->packets_cached, 1U);
}

TEST(Assume, AnAliasThatHasRunOutIsAskedForAnew) {
  Recording recording(assuming("A,CNAME"));
  recording.chase(60, 3);
  recording.drop();
  recording.at(61);
  recording.chase(60, 3);
  recording.drop();
  EXPECT_EQ(recording.report().assumption->packets_gone, 2U);
}

TEST(Assume, AnAddressInTheCacheAsksNothing) {
  Recording recording(assuming("A,CNAME"));
  recording.chase(60, 30);
  recording.drop();
  recording.at(29);
  recording.chase(60, 30);
  recording.drop();
  EXPECT_EQ(recording.report().assumption->packets_gone, 2U);
}

TEST(Assume, AnAnswerForTheOriginFillsTheCache) {
  Recording recording(assuming("A,CNAME"));
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.chase(60, 3);
  recording.drop();
  EXPECT_EQ(recording.report().assumption->packets_cached, 1U);
}

TEST(Assume, AClientThatNeverFollowsAliasesIsNeverCached) {
  Recording recording(assuming("A"));
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.chase(60, 3);
  recording.drop();
  EXPECT_EQ(recording.report().assumption->packets_gone, 1U);
}

TEST(Assume, AnOriginThatThePolicyDoesNotSelectStaysDropped) {
  Recording recording(assuming("A,CNAME", judged_by_name("other.example")));
  recording.chase(60, 60);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(report.assumption->packets_gone, 0U);
  EXPECT_EQ(report.findings.size(), 1U);
}

TEST(Assume, PodsDoNotShareACache) {
  Recording recording(assuming("A,CNAME"));
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.chase(60, 3, 2);
  recording.drop(join::address, 40000, 2);
  EXPECT_EQ(recording.report().assumption->packets_gone, 1U);
}

TEST(Assume, OtherCausesStayAsTheyAre) {
  Recording recording(assuming("A,CNAME"));
  recording.drop("192.0.2.1");
  const Report report = recording.report();
  EXPECT_THAT(kinds_of(report.findings), ElementsAre(events::CauseKind::NotLearned));
  EXPECT_THAT(report.assumption->origins_gone, IsEmpty());
}

TEST(Assume, OrdersThatBeginWithAddressesAreTaken) {
  EXPECT_TRUE(parse_order("A,CNAME"));
  EXPECT_TRUE(parse_order("A,CNAME,LAST,SRV"));
  EXPECT_TRUE(parse_order("SRV,AAAA,A"));
}

TEST(Assume, OrdersThatChangeNothingAreRefused) {
  EXPECT_FALSE(parse_order("CNAME,A"));
  EXPECT_FALSE(parse_order("LAST,SRV,A,CNAME"));
  EXPECT_FALSE(parse_order("SRV"));
}

TEST(Assume, WhatIsNoOrderIsRefused) {
  EXPECT_FALSE(parse_order(""));
  EXPECT_FALSE(parse_order("A,,CNAME"));
  EXPECT_FALSE(parse_order("A,MX"));
}

}  // namespace
}  // namespace cnamedrop::explain
