// SPDX-License-Identifier: Apache-2.0
// Which answers count: only those that the pod asked for.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;

const events::DnsSeen asked = question(www, dns::type::A);

TEST(JoinAnswers, AnswerTellsItsLatency) {
  Trace trace;
  EXPECT_EQ(trace.look_up(www, dns::type::A, {a(www, 30)}).dns->latency, latency);
}

TEST(JoinAnswers, UnsolicitedAnswerCreditsNothing) {
  Trace trace;
  const events::DnsNote note = *trace.see(answer_to(asked, {a(www, 30)})).dns;
  EXPECT_TRUE(note.unsolicited);
  EXPECT_FALSE(note.credited);
  EXPECT_FALSE(note.latency);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_EQ(cause.note, "an answer for " + www + " held the address, but nobody was seen to ask for that answer");
  EXPECT_EQ(trace.join.totals().at("answers_unsolicited"), 1U);
}

TEST(JoinAnswers, WrongIdIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  events::DnsSeen wrong = asked;
  wrong.message.id = 1;
  EXPECT_TRUE(trace.see(answer_to(wrong, {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, WrongPortIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  events::DnsSeen wrong = asked;
  wrong.local.port = 1;
  EXPECT_TRUE(trace.see(answer_to(wrong, {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, WrongResolverIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  events::DnsSeen wrong = asked;
  wrong.resolver.address = *dns::parse_ip("192.0.2.53");
  EXPECT_TRUE(trace.see(answer_to(wrong, {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, WrongTransportIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  events::DnsSeen wrong = asked;
  wrong.protocol = events::protocol::TCP;
  EXPECT_TRUE(trace.see(answer_to(wrong, {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, WrongNameIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  EXPECT_TRUE(trace.see(answer_to(question(login, dns::type::A), {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, WrongTypeIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  EXPECT_TRUE(trace.see(answer_to(question(www, dns::type::AAAA), {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, AnswerWithoutQuestionIsUnsolicited) {
  Trace trace;
  trace.see(asked);
  events::DnsSeen bare = answer_to(asked, {a(www, 30)});
  bare.message.questions.clear();
  EXPECT_TRUE(trace.see(bare).dns->unsolicited);
}

TEST(JoinAnswers, UnsolicitedAliasesLeadNowhere) {
  Trace trace;
  trace.ask(login, dns::type::A);
  trace.see(answer_to(question(mso, dns::type::CNAME), {cname(login, 60, www)}));
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(JoinAnswers, SecondAnswerToOneQuestionIsUnsolicited) {
  Trace trace;
  trace.look_up(www, dns::type::A, {a(www, 30)});
  EXPECT_TRUE(trace.see(answer_to(asked, {a(www, 30, "192.0.2.1")})).dns->unsolicited);
  EXPECT_EQ(trace.drop("192.0.2.1").kind, CauseKind::NotLearned);
}

TEST(JoinAnswers, QuestionSentTwiceIsAnsweredTwice) {
  Trace trace;
  trace.see(asked);
  trace.see(asked);
  EXPECT_TRUE(trace.see(answer_to(asked, {a(www, 30)})).dns->credited);
  EXPECT_TRUE(trace.see(answer_to(asked, {a(www, 30)})).dns->credited);
  EXPECT_TRUE(trace.see(answer_to(asked, {a(www, 30)})).dns->unsolicited);
}

TEST(JoinAnswers, QuestionSentTwiceAndAnsweredOnceIsAnswered) {
  Trace trace;
  trace.see(asked);
  trace.see(asked);
  EXPECT_EQ(trace.join.totals().at("questions_unanswered"), 1U);
  trace.see(answer_to(asked, {a(www, 30)}));
  EXPECT_EQ(trace.join.totals().at("questions_unanswered"), 0U);
}

}  // namespace
}  // namespace cnamedrop::join
