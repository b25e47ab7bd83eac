// SPDX-License-Identifier: Apache-2.0
// What an answer credits to which name, and for how long.
#include <gmock/gmock.h>

#include "join/pod_key.h"
#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::ElementsAre;

TEST(JoinCredits, AnswerCreditsTheQuestionNameAlone) {
  Trace trace;
  trace.ask_alias(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_THAT(names_of(cause.credits), ElementsAre(login));
  EXPECT_EQ(cause.credits[0].qtype, dns::type::A);
  EXPECT_TRUE(cause.credits[0].live);
}

TEST(JoinCredits, CreditShowsTheChainOfItsAnswerInOrder) {
  Trace trace;
  trace.look_up(login, dns::type::A, {cname(mso, 50, www), a(www, 30), cname(login, 60, mso)});
  const events::Cause cause = trace.drop();
  const Time seen = noon + latency;
  EXPECT_THAT(cause.credits.at(0).chain, ElementsAre(events::AliasStep{login, mso, 60, seen, false},
                                                     events::AliasStep{mso, www, 50, seen, false}));
}

TEST(JoinCredits, DropNamesTheLiveCredits) {
  Trace trace;
  trace.look_up("old.example.", dns::type::A, {a("old.example.", 1)});
  trace.at(10);
  trace.look_up("new.example.", dns::type::A, {a("new.example.", 60)});
  EXPECT_THAT(events::remote_names(trace.see(syn_to(address))), ElementsAre("new.example."));
}

TEST(JoinCredits, LifeIsTheMinimumTtlOfAddressesAndAliases) {
  Trace trace;
  trace.look_up(login, dns::type::A, {cname(login, 5, www), a(www, 30), a(www, 20, "192.0.2.1")});
  const events::Credit credit = trace.drop().credits.at(0);
  EXPECT_EQ(credit.ttl, 5U);
  EXPECT_EQ(credit.expires - credit.learned, std::chrono::seconds(5));
}

TEST(JoinCredits, OtherRecordsDoNotShortenTheLife) {
  Trace trace;
  dns::Record signature{www, 46, dns::class_in, 1, {}, ""};
  trace.look_up(www, dns::type::A, {a(www, 30), signature});
  EXPECT_EQ(trace.drop().credits.at(0).ttl, 30U);
}

TEST(JoinCredits, Ipv6AddressesAreCredited) {
  Trace trace;
  trace.look_up(www, dns::type::AAAA, {aaaa(www, 30, "2603:1006:2000::8")});
  const events::Cause cause = trace.drop("2603:1006:2000::8");
  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_EQ(cause.credits.at(0).qtype, dns::type::AAAA);
}

TEST(JoinCredits, LifeEndsWithTheTtl) {
  Trace trace;
  trace.ask_target(30);
  trace.at(30.0009);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
  trace.at(30.001);
  EXPECT_EQ(trace.drop().kind, CauseKind::Expired);
}

TEST(JoinCredits, ExpiredCreditKeepsItsEvidence) {
  Trace trace;
  trace.ask_target(30);
  trace.at(31);
  const events::Cause cause = trace.drop();
  EXPECT_FALSE(cause.credits.at(0).live);
  EXPECT_EQ(cause.credits.at(0).expires, noon + latency + std::chrono::seconds(30));
}

TEST(JoinCredits, MinimumTtlRaisesTheLife) {
  Trace trace({.min_ttl = std::chrono::seconds(3600)});
  trace.ask_target(30);
  trace.at(3599);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
  trace.at(3601);
  EXPECT_EQ(trace.drop().kind, CauseKind::Expired);
}

TEST(JoinCredits, GraceComesOnTopOfTheMinimumTtl) {
  Trace trace({.min_ttl = std::chrono::seconds(60), .grace = std::chrono::seconds(10)});
  trace.ask_target(30);
  trace.at(69);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
  trace.at(71);
  EXPECT_EQ(trace.drop().kind, CauseKind::Expired);
}

TEST(JoinCredits, LongestTimesDoNotOverflow) {
  Trace trace({.min_ttl = std::chrono::seconds(0xffffffff), .grace = std::chrono::seconds(0xffffffff)});
  trace.ask_target(0x7fffffff);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(JoinCredits, NextAnswerRenewsTheLife) {
  Trace trace;
  trace.ask_target(30);
  trace.at(20);
  trace.ask_target(30);
  trace.at(45);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_EQ(cause.credits.size(), 1U);
  EXPECT_EQ(cause.credits.at(0).learned, noon + std::chrono::seconds(20) + latency);
}

TEST(JoinCredits, EveryCreditIsListedWithItsPod) {
  Trace trace;
  trace.look_up("one.example.", dns::type::A, {a("one.example.", 1)});
  trace.look_up("two.example.", dns::type::A, {a("two.example.", 60)}, dns::rcode::NOERROR, 2);
  std::vector<std::string> listed;
  for (const auto& [key, pod] : trace.join.pods())
    for (const auto& [ip, credits] : pod.credits)
      for (const CreditEntry& credit : credits)
        listed.push_back(std::string(pod_of_key(key)) + " " + dns::to_string(ip) + " " + credit.name);
  EXPECT_THAT(listed, testing::UnorderedElementsAre("cgroup 1 20.190.151.134 one.example.",
                                                    "cgroup 2 20.190.151.134 two.example."));
}

TEST(JoinCredits, ShorterAnswerDoesNotCutALongerLife) {
  Trace trace;
  trace.ask_target(300);
  trace.at(10);
  trace.ask_target(5);
  trace.at(100);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_EQ(cause.credits.at(0).ttl, 300U);
}

TEST(JoinCredits, CreditsAreShownNewestFirst) {
  Trace trace;
  trace.look_up("one.example.", dns::type::A, {a("one.example.", 60)});
  trace.look_up("two.example.", dns::type::A, {a("two.example.", 60)});
  trace.look_up("three.example.", dns::type::A, {a("three.example.", 60)});
  EXPECT_THAT(names_of(trace.drop().credits), ElementsAre("three.example.", "two.example.", "one.example."));
}

TEST(JoinCredits, OnlyNoerrorCredits) {
  Trace trace;
  EXPECT_FALSE(trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::SERVFAIL).dns->credited);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_EQ(cause.note, "an answer for " + www + " held the address, but its rcode was not NOERROR");
}

TEST(JoinCredits, AnswersWithoutAddressesCreditNothing) {
  Trace trace;
  EXPECT_FALSE(trace.look_up(login, dns::type::A, {cname(login, 60, mso)}).dns->credited);
  EXPECT_FALSE(trace.look_up(login, dns::type::CNAME, {cname(login, 60, mso)}).dns->credited);
}

TEST(JoinCredits, AddressHintsCreditNothing) {
  Trace trace;
  const dns::Record hint{www, dns::type::HTTPS, dns::class_in, 30, {*dns::parse_ip(address)}, "."};
  EXPECT_FALSE(trace.look_up(www, dns::type::HTTPS, {hint}).dns->credited);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_EQ(cause.note, "an answer for " + www + " held the address, but as a hint only, which policies do not credit");
}

TEST(JoinCredits, AnyQuestionsCredit) {
  Trace trace;
  EXPECT_TRUE(trace.look_up(www, dns::type::ANY, {a(www, 30)}).dns->credited);
}

TEST(JoinCredits, ChainDialectCreditsEveryNameOfTheChain) {
  Trace trace({.credit_to = CreditTo::Chain});
  trace.ask_alias(60, 30);
  EXPECT_THAT(names_of(trace.drop().credits), ElementsAre(login, mso, ak, www));
}

TEST(JoinCredits, ChainDialectDoesNotSaveTheChase) {
  Trace trace({.credit_to = CreditTo::Chain});
  trace.chase_as_kong(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

}  // namespace
}  // namespace cnamedrop::join
