// SPDX-License-Identifier: Apache-2.0
// Drops become findings.
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Findings, DropsOfOneOriginAreOne) {
  Recording recording;
  recording.chase(60, 60);
  recording.drop(join::address, 40000);
  recording.drop(join::address, 40001);
  const Report report = recording.report();
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings.front().packets, 2U);
  EXPECT_EQ(report.findings.front().connections, 2U);
}

TEST(Findings, PodsAreKeptApart) {
  Recording recording;
  recording.drop("192.0.2.1", 40000, 1);
  recording.drop("192.0.2.1", 40000, 2);
  EXPECT_EQ(recording.report().findings.size(), 2U);
}

TEST(Findings, CausesAreKeptApart) {
  Recording recording;
  recording.chase(60, 60);
  recording.drop();
  recording.drop("192.0.2.1");
  EXPECT_THAT(kinds_of(recording.report().findings), UnorderedElementsAre(CauseKind::CnameOnly, CauseKind::NotLearned));
}

TEST(Findings, ThoseOfMostPacketsComeFirst) {
  Recording recording;
  recording.drop("192.0.2.1");
  recording.chase(60, 60);
  recording.drop();
  recording.drop();
  EXPECT_THAT(kinds_of(recording.report().findings), ElementsAre(CauseKind::CnameOnly, CauseKind::NotLearned));
}

TEST(Findings, APortThatIsUsedAgainLaterIsAnotherConnection) {
  Recording recording;
  recording.drop("192.0.2.1", 40000);
  recording.at(3600);
  recording.drop("192.0.2.1", 40000);
  EXPECT_EQ(recording.report().findings.front().connections, 2U);
}

TEST(Findings, CountedPacketsAreNoConnectionsUnlessTheyOpenOne) {
  Recording recording;
  events::Dropped drop = join::syn_to("192.0.2.1");
  drop.tcp_flags = 16;  // ACK
  drop.count = 5;
  recording.see(drop);
  const Report report = recording.report();
  EXPECT_EQ(report.findings.front().packets, 5U);
  EXPECT_EQ(report.findings.front().connections, 0U);
}

TEST(Findings, AllNamesThatTheChainEndedAtAreToBeSelected) {
  Recording recording;
  recording.chase(60, 60);
  recording.drop();
  recording.at(61);
  recording.look_up(login, dns::type::CNAME, {cname(login, 60, ak)});
  recording.look_up(ak, dns::type::A, {a(ak, 60, "192.0.2.7")});
  recording.drop("192.0.2.7");
  const Report report = recording.report();
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings.front().credited, UnorderedElementsAre(www, ak));
  EXPECT_EQ(cure_of(report, CureKind::SelectNames).verdict, Verdict::HoldsNow);
}

TEST(Findings, APodIsKnownFromAnyOfItsEvents) {
  Recording recording;
  recording.drop("192.0.2.1", 40000, 7);
  EXPECT_EQ(recording.report().findings.front().pod->name, "kong-uid7");
}

TEST(Findings, LossesAreTold) {
  Recording recording;
  recording.see(events::Lost{"dns_ring_full", 3, join::noon});
  recording.drop("192.0.2.1");
  const Report report = recording.report();
  EXPECT_EQ(report.lost.at("dns_ring_full"), 3U);
  EXPECT_TRUE(report.findings.front().doubts.contains("dns_ring_full"));
}

TEST(Findings, ADropWithinTheRaceWindowIsTheRaces) {
  Recording recording(judged_by_name(www));
  recording.ask_target(60);
  recording.drop();
  EXPECT_THAT(kinds_of(recording.report().findings), ElementsAre(CauseKind::TooFresh));
}

TEST(Findings, ADropWhoseRetryIsDroppedTooIsNotTheRaces) {
  Recording recording(judged_by_name(www));
  recording.ask_target(60);
  recording.drop(join::address, 40000);
  recording.at(1);
  recording.drop(join::address, 40000);
  const Report report = recording.report();
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::AllowedByName));
  EXPECT_EQ(report.findings.front().packets, 2U);
}

TEST(Findings, ADropOfAnotherConnectionSaysNothingOfTheRace) {
  Recording recording(judged_by_name(www));
  recording.ask_target(60);
  recording.drop(join::address, 40000);
  recording.at(1);
  recording.drop(join::address, 40001);
  EXPECT_THAT(kinds_of(recording.report().findings),
              UnorderedElementsAre(CauseKind::AllowedByName, CauseKind::TooFresh));
}

TEST(Findings, ATraceWithoutDropsHasNone) {
  Recording recording;
  recording.ask_alias(60, 60);
  EXPECT_THAT(recording.report().findings, IsEmpty());
}

}  // namespace
}  // namespace cnamedrop::explain
