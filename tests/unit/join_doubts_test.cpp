// SPDX-License-Identifier: Apache-2.0
// What the tables may forget, and every reason to doubt a cause.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(JoinDoubts, NotLearnedSoonAfterTheStartIsDoubted) {
  Trace trace;
  trace.ask_target(30);
  trace.at(3599);
  EXPECT_THAT(trace.drop("192.0.2.1").doubts, ElementsAre("trace_start"));
  trace.at(3600);
  EXPECT_THAT(trace.drop("192.0.2.1").doubts, IsEmpty());
}

TEST(JoinDoubts, RecordingWithoutAStartBeginsWithItsFirstLine) {
  Join join(Settings{});
  EXPECT_THAT(join.annotate({noon, syn_to("192.0.2.1")}).cause->doubts, Contains("trace_start"));
}

TEST(JoinDoubts, PodWithoutDnsIsDoubted) {
  Trace trace;
  trace.at(4000);
  EXPECT_THAT(trace.drop("192.0.2.1").doubts, ElementsAre("no_dns_seen"));
}

// As long as aliases that were learned before the trace may be cached: an hour, where no alias was seen.
TEST(JoinDoubts, WhatMayHaveBeenLearnedBeforeTheTraceIsADoubtOfEveryCauseThatItWouldChange) {
  Trace trace;
  trace.ask_target(30);
  EXPECT_THAT(trace.drop().doubts, ElementsAre("trace_start"));
  trace.at(4000);
  trace.ask_target(30);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
}

TEST(JoinDoubts, TheStartIsADoubtForAsLongAsTheLongestAliasLives) {
  Trace trace;
  trace.look_up(mso, dns::type::A, {cname(mso, 20, ak), a(ak, 60)});
  trace.at(19);
  EXPECT_THAT(trace.drop().doubts, ElementsAre("trace_start"));
  trace.at(20);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
}

TEST(JoinDoubts, AWholeChaseInTheTraceHasNoDoubtOfItsStart) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
}

TEST(JoinDoubts, LostDnsIsADoubtAsLongAsTheStartWouldBe) {
  Trace trace;
  trace.at(4000);
  trace.ask_target(30);
  trace.see(events::Lost{"dns_ring_full", 1, noon});
  trace.see(events::Lost{"dns_ring_full", 2, noon});
  EXPECT_THAT(trace.drop().doubts, ElementsAre("dns_ring_full"));
  trace.at(7600);
  trace.ask_target(30);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
}

TEST(JoinDoubts, TheLossOfOnePodIsNoDoubtOfAnother) {
  Trace trace;
  trace.at(4000);
  events::Observation lost{noon + std::chrono::seconds(4000), events::Lost{"dns_tcp", 1, noon}, node_1};
  lost.pod = std::make_shared<const pods::Pod>(container("uid2", "c1"));
  trace.join.annotate(lost);
  trace.name(1, container("uid1", "c1"));
  trace.name(2, container("uid2", "c1"));
  trace.ask_target(30);
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 2);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
  EXPECT_THAT(trace.drop(address, 443, 2).doubts, ElementsAre("dns_tcp"));
}

TEST(JoinDoubts, EventsThatCouldNotBeWrittenAreADoubtOfWhoeverReadsTheFile) {
  Trace trace;
  trace.at(4000);
  trace.ask_target(30);
  trace.see(events::Lost{"output", 1, noon});
  EXPECT_THAT(trace.drop().doubts, ElementsAre("output"));
}

TEST(JoinDoubts, MissingLinesAreADoubt) {
  Trace trace;
  trace.at(4000);
  trace.ask_target(30);
  trace.join.note_missing_lines({noon + std::chrono::seconds(4000), syn_to(address), node_1});
  EXPECT_THAT(trace.drop().doubts, ElementsAre("missing_lines"));
}

TEST(JoinDoubts, AnOriginThatOnlyAnotherContainerAskedForIsADoubt) {
  Trace trace;
  trace.name(1, container("uid", "c1"));
  trace.name(2, container("uid", "c2"));
  policy::Policy policy;
  policy.names.push_back(*policy::selector_from_name("login.microsoftonline.com"));
  trace.join.set_policy(std::make_shared<policy::Policy>(std::move(policy)));
  trace.look_up(login, dns::type::CNAME, {cname(login, 60, www)}, dns::rcode::NOERROR, 2);
  trace.ask_target(30);
  const events::Cause other = trace.drop();
  EXPECT_EQ(other.kind, CauseKind::CnameOnly);
  EXPECT_THAT(other.doubts, ElementsAre("other_container"));
  EXPECT_THAT(trace.drop(address, 443, 2).doubts, IsEmpty());
}

TEST(JoinDoubts, LostDropsAreNone) {
  Trace trace;
  trace.at(4000);
  trace.ask_target(30);
  trace.see(events::Lost{"drops_ring_full", 1, noon});
  EXPECT_THAT(trace.drop().doubts, IsEmpty());
}

TEST(JoinDoubts, AnswerLongerThanTheCaptureIsADoubt) {
  Trace trace;
  trace.at(4000);
  events::DnsSeen cut = answer_to(question(www, dns::type::A), {a(www, 30)});
  cut.message.cut = true;
  trace.ask(www, dns::type::A);
  trace.see(cut);
  EXPECT_THAT(trace.drop().doubts, ElementsAre("cut_answer"));
}

TEST(JoinBounds, TenThousandAddressesAreKept) {
  Trace trace({.max_asked_names = 16384});
  trace.learn_addresses(10'000);
  EXPECT_EQ(trace.join.evicted(), 0U);
  EXPECT_EQ(trace.drop("10.0.0.0").kind, CauseKind::Learned);
  EXPECT_EQ(trace.drop("10.0.39.15").kind, CauseKind::Learned);
}

TEST(JoinBounds, ForgottenAddressesAreCountedAndDoubted) {
  Trace trace({.max_addresses = 100});
  trace.learn_addresses(101);
  EXPECT_EQ(trace.join.evicted(), 1U);
  EXPECT_EQ(trace.join.totals().at("join_evicted"), 1U);
  const events::Cause cause = trace.drop("10.0.0.0");
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_THAT(cause.doubts, Contains("evicted"));
}

TEST(JoinBounds, ForgottenNamesOfAnAddressAreCounted) {
  Trace trace({.max_credits = 2});
  trace.at(4000);
  trace.look_up("one.example.", dns::type::A, {a("one.example.", 60)});
  trace.look_up("two.example.", dns::type::A, {a("two.example.", 60)});
  trace.look_up("three.example.", dns::type::A, {a("three.example.", 60)});
  const events::Cause cause = trace.drop();
  EXPECT_THAT(names_of(cause.credits), ElementsAre("three.example.", "two.example."));
  EXPECT_THAT(cause.doubts, ElementsAre("evicted"));
}

TEST(JoinBounds, TheAddressUsedLongestAgoGoesFirst) {
  Trace trace({.max_credits = 2});
  trace.look_up("one.example.", dns::type::A, {a("one.example.", 60, "192.0.2.1")});
  trace.learn_names("ab");
  EXPECT_EQ(trace.drop("192.0.2.1").kind, CauseKind::NotLearned);
  EXPECT_THAT(names_of(trace.drop().credits), ElementsAre("b.", "a."));
}

TEST(JoinBounds, AnAddressMayHaveAsManyNamesAsThereIsRoom) {
  Trace trace;
  for (int i = 0; i < 100; ++i) {
    const dns::Name name = "n" + std::to_string(i) + ".example.";
    trace.look_up(name, dns::type::A, {a(name, 60)});
  }
  EXPECT_EQ(trace.drop().credits_omitted, 84U);
  EXPECT_EQ(trace.join.evicted(), 0U);
}

TEST(JoinBounds, LongListsOfCreditsAreCut) {
  Trace trace;
  trace.learn_names("abcdefghijklmnopqr");
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.credits.size(), 16U);
  EXPECT_EQ(cause.credits_omitted, 2U);
  EXPECT_EQ(cause.credits[0].name, "r.");
}

TEST(JoinBounds, AnsweredQuestionsTakeNoRoom) {
  Trace trace({.max_questions = 2});
  trace.learn_addresses(10);
  EXPECT_EQ(trace.join.evicted(), 0U);
}

TEST(JoinBounds, ForgottenQuestionIsCountedWhileItsAnswerMayCome) {
  Trace trace({.max_questions = 1});
  trace.ask("one.example.", dns::type::A);
  trace.at(59);
  trace.ask("two.example.", dns::type::A);
  EXPECT_EQ(trace.join.evicted(), 1U);
  trace.at(120);
  trace.ask("three.example.", dns::type::A);
  EXPECT_EQ(trace.join.evicted(), 1U);
}

TEST(JoinBounds, ForgottenAliasesAreCounted) {
  Trace trace({.max_aliased_names = 1});
  trace.chase(login, mso, 60);
  trace.chase(mso, www, 60);
  trace.ask_target(30);
  EXPECT_THAT(trace.drop().doubts, ElementsAre("evicted"));
}

TEST(JoinBounds, ForgottenOwnersOfOneTargetAreCounted) {
  Trace trace({.max_owners_per_name = 1});
  trace.chase("one.example.", www, 60);
  trace.chase("two.example.", www, 60);
  trace.ask_target(30);
  const events::Cause cause = trace.drop();
  EXPECT_THAT(origins_of(cause), ElementsAre("two.example."));
  EXPECT_THAT(cause.doubts, ElementsAre("evicted"));
}

TEST(JoinBounds, ForgottenPodIsDoubted) {
  Trace trace({.max_pods = 1});
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 1);
  trace.ask(www, dns::type::A, 2);
  const events::Cause cause = trace.drop(address, 443, 1);
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_THAT(cause.doubts, Contains("evicted"));
}

TEST(JoinBounds, AliasesFartherThanAWalkGoesAreNoOrigin) {
  Trace trace;
  trace.chase_far(40);
  trace.look_up("far40.", dns::type::A, {a("far40.", 30)});
  EXPECT_THAT(origins_of(trace.drop()), ElementsAre("far8."));
}

}  // namespace
}  // namespace cnamedrop::join
