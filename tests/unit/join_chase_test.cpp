// SPDX-License-Identifier: Apache-2.0
// Chased names: which credits came about because the pod followed aliases itself, from where, and how.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using events::ChaseHow;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Join, CnameChasedAddressIsCnameOnly) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, IsEmpty());
  EXPECT_THAT(names_of(cause.credits), ElementsAre(www));
  ASSERT_THAT(origins_of(cause), ElementsAre(login));
  EXPECT_EQ(cause.chases[0].credited, www);
  EXPECT_EQ(cause.chases[0].how, ChaseHow::Asked);
  EXPECT_EQ(cause.chases[0].origin_qtype, dns::type::CNAME);
  EXPECT_FALSE(cause.chases[0].last_direct_credit);
  EXPECT_FALSE(cause.chases[0].origin_allowed);
}

TEST(Join, ChaseShowsTheWholeChain) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  const Time first = noon + 4 * latency;  // behind the search list
  EXPECT_THAT(trace.drop().chases.at(0).chain, ElementsAre(events::AliasStep{login, mso, 60, first, true},
                                                           events::AliasStep{mso, ak, 60, first + latency, true},
                                                           events::AliasStep{ak, www, 60, first + 2 * latency, true}));
}

TEST(Join, DirectCreditThatExpiresTurnsLearnedIntoCnameOnly) {
  Trace trace;
  trace.ask_alias(60, 30);
  trace.at(29.9);
  trace.chase_as_kong(60, 30);
  trace.at(30.0009);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
  trace.at(30.001);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  ASSERT_TRUE(cause.chases.at(0).last_direct_credit);
  EXPECT_EQ(cause.chases[0].last_direct_credit->name, login);
  EXPECT_EQ(cause.chases[0].last_direct_credit->expires, noon + latency + std::chrono::seconds(30));
  EXPECT_FALSE(cause.chases[0].last_direct_credit->live);
}

TEST(Join, CachedAliasesAreChasedToo) {
  Trace trace;
  trace.ask_alias(60, 3);
  trace.at(5);
  trace.ask_target(3);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, IsEmpty());
  ASSERT_THAT(origins_of(cause), ElementsAre(login));
  EXPECT_EQ(cause.chases[0].how, ChaseHow::Cached);
  EXPECT_TRUE(cause.chases[0].aliases_live);
  EXPECT_EQ(cause.chases[0].origin_qtype, dns::type::A);
  ASSERT_TRUE(cause.chases[0].last_direct_credit);
  EXPECT_EQ(cause.chases[0].last_direct_credit->ttl, 3U);
}

TEST(Join, CachedTargetBeforeTheExpiryOfTheAliasIsLearned) {
  Trace trace;
  trace.ask_alias(60, 30);
  trace.at(5);
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, ChainPartlyFromAnAnswerIsCached) {
  Trace trace;
  trace.chase(login, mso, 60);
  trace.look_up(mso, dns::type::A, {cname(mso, 60, www), a(www, 1)});
  trace.at(10);
  trace.ask_target(30);
  const events::Cause cause = trace.drop();
  ASSERT_THAT(origins_of(cause), ElementsAre(login));
  EXPECT_EQ(cause.chases[0].how, ChaseHow::Cached);
}

TEST(Join, LaterAnswerToAnotherClientDoesNotChangeHow) {
  policy::Policy policy;
  policy.names.push_back(*policy::selector_from_name("login.microsoftonline.com"));
  Trace trace({}, std::make_shared<policy::Policy>(std::move(policy)));
  trace.chase_as_kong(60, 30);
  trace.at(1);
  trace.look_up(login, dns::type::A, {cname(login, 60, mso), cname(mso, 60, ak), cname(ak, 60, www), a(www, 1)});
  trace.at(10);
  EXPECT_EQ(trace.drop().chases.at(0).how, ChaseHow::Asked);
}

// Without a policy nobody knows which name was to be allowed: a later credit to the origin itself speaks against a
// chase.
TEST(Join, AnOriginWithALaterCreditOfItsOwnIsLearned) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  trace.at(1);
  trace.ask_alias(60, 1);
  trace.at(10);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, PassedAliasTtlIsADoubt) {
  Trace trace;
  trace.ask_alias(60, 3);
  trace.at(61.5);
  trace.ask_target(30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_FALSE(cause.chases.at(0).aliases_live);
  EXPECT_THAT(cause.doubts, ElementsAre("alias_ttl_passed"));
}

TEST(Join, NameAskedForItselfIsLearned) {
  Trace trace;
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, AliasOfANameThatNobodyAskedForIsNoOrigin) {
  Trace trace;
  trace.look_up("other.example.", dns::type::A, {cname(login, 60, www)});
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, AliasLearnedAfterTheTargetWasAskedDoesNotCount) {
  Trace trace;
  trace.look_up(login, dns::type::A, {});
  trace.ask_target(30);
  trace.at(1);
  trace.chase(login, www, 60);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, OriginAskedAfterTheTargetDoesNotCount) {
  Trace trace;
  trace.look_up("other.example.", dns::type::A, {cname("other.example.", 60, login), cname(login, 60, www)});
  trace.ask_target(30);
  trace.ask(login, dns::type::A);
  EXPECT_THAT(origins_of(trace.drop()), ElementsAre("other.example."));
}

TEST(Join, NextQuestionForTheTargetMakesItChased) {
  Trace trace;
  trace.ask_target(300);
  trace.chase(login, www, 60);
  trace.at(1);
  trace.ask_target(5);
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

TEST(Join, SeveralOriginsAreAllKept) {
  Trace trace;
  trace.chase("one.example.", www, 60);
  trace.chase("two.example.", www, 60);
  trace.ask_target(30);
  EXPECT_THAT(origins_of(trace.drop()), UnorderedElementsAre("one.example.", "two.example."));
}

TEST(Join, OneLiveCreditThatWasNotChasedIsEnough) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  trace.look_up("direct.example.", dns::type::A, {a("direct.example.", 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, CycleOfAliasesEnds) {
  Trace trace;
  trace.chase("a.example.", "b.example.", 60);
  trace.chase("b.example.", "c.example.", 60);
  trace.chase("c.example.", "a.example.", 60);
  trace.look_up("a.example.", dns::type::A, {a("a.example.", 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

TEST(Join, OriginsThatChaseEachOtherAreLearned) {
  Trace trace;
  trace.chase("a.example.", "b.example.", 60);
  trace.chase("b.example.", "a.example.", 60);
  trace.look_up("a.example.", dns::type::A, {a("a.example.", 30)});
  trace.look_up("b.example.", dns::type::A, {a("b.example.", 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(Join, AliasToItselfIsNoChase) {
  Trace trace;
  trace.chase(www, www, 60);
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

}  // namespace
}  // namespace cnamedrop::join
