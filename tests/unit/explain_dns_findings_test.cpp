// SPDX-License-Identifier: Apache-2.0
// What goes wrong before any packet could be dropped.
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(DnsFindings, ARefusedNameIsOne) {
  Recording recording;
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_EQ(report.dns_findings.front().trouble, DnsTrouble::Refused);
  EXPECT_EQ(report.dns_findings.front().question.name, login);
  EXPECT_EQ(report.dns_findings.front().count, 2U);
  EXPECT_THAT(report.dns_findings.front().note, IsEmpty());
}

TEST(DnsFindings, ARefusedNameIsHeldAgainstTheDnsRules) {
  Recording recording(
      judged_by(policy_of("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec:\n  egress:\n"
                          "    - toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchName: a.example}]}}]\n")));
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  EXPECT_THAT(recording.report().dns_findings.at(0).note, HasSubstr("no DNS rule"));
}

TEST(DnsFindings, ANameThatDoesNotExistIsNone) {
  Recording recording;
  recording.look_up(login, dns::type::A, {}, dns::rcode::NXDOMAIN);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, AQuestionWithoutAnswerIsOne) {
  Recording recording;
  recording.ask(login, dns::type::A);
  recording.at(6);
  recording.ask_target(60);
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_EQ(report.dns_findings.front().trouble, DnsTrouble::Unanswered);
  EXPECT_EQ(report.dns_findings.front().first, join::noon);
}

TEST(DnsFindings, AQuestionThatIsSentAgainAndAnsweredIsNone) {
  Recording recording;
  recording.ask(login, dns::type::A);
  recording.at(4);
  recording.ask_alias(60, 60);
  recording.at(60);
  recording.ask_target(60);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, AQuestionJustBeforeTheEndIsNone) {
  Recording recording;
  recording.ask(login, dns::type::A);
  recording.at(1);
  recording.see(events::Stopped{"signal", {}});
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, ATruncatedAnswerIsOne) {
  Recording recording;
  recording.truncated_answer(login, dns::type::A);
  recording.at(6);
  recording.see(events::Stopped{"signal", {}});
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_EQ(report.dns_findings.front().trouble, DnsTrouble::Truncated);
}

TEST(DnsFindings, ATruncatedAnswerThatIsAskedForOverTcpIsNone) {
  Recording recording;
  recording.truncated_answer(login, dns::type::A);
  recording.ask_over_tcp(login, dns::type::A);
  recording.at(6);
  recording.see(events::Stopped{"signal", {}});
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

// As Kong asks under narrowed DNS rules: the first alias is refused, with every search domain and type.
void chase_that_is_refused(Recording& recording) {
  recording.look_up(login, dns::type::SRV, {cname(login, 60, www)});
  recording.look_up(login, dns::type::CNAME, {cname(login, 60, www)});
  for (const std::uint16_t type : {dns::type::CNAME, dns::type::SRV, dns::type::A})
    for (const char* domain : {"", "kong.svc.cluster.local.", "cluster.local."})
      recording.look_up(www + domain, type, {}, dns::rcode::REFUSED);
}

TEST(DnsFindings, ARefusedChaseIsOneFindingWithItsChainItsClientAndItsCures) {
  Recording recording;
  chase_that_is_refused(recording);
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  const DnsFinding& finding = report.dns_findings.front();
  EXPECT_EQ(finding.trouble, DnsTrouble::Refused);
  EXPECT_EQ(finding.count, 9U);
  EXPECT_THAT(finding.names, ElementsAre(www));
  ASSERT_THAT(finding.chases, SizeIs(1));
  EXPECT_EQ(finding.chases.front().origin, login);
  EXPECT_EQ(finding.client.kind, ClientKind::KongLegacy);
  EXPECT_THAT(kinds_of(finding.cures),
              ElementsAre(CureKind::KongNewClient, CureKind::KongDnsOrder, CureKind::AddDnsRules));
  EXPECT_THAT(finding.cures.back().patch, HasSubstr("matchName: \"www.tm.ak.prd.aadg.trafficmanager.net\""));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_TRUE(report.has_cname_only());
}

TEST(DnsFindings, ARefusedNameWithoutAChaseIsNoChase) {
  Recording recording;
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  EXPECT_FALSE(recording.report().has_cname_only());
}

TEST(DnsFindings, ARefusedSearchNameOfALookUpThatThenWorkedIsNone) {
  Recording recording;
  recording.look_up(login + "kong.svc.cluster.local.", dns::type::A, {}, dns::rcode::REFUSED);
  recording.ask_alias(60, 60);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, ARefusedSearchNameOfALookUpThatFailedBelongsToIt) {
  Recording recording;
  recording.look_up(login + "kong.svc.cluster.local.", dns::type::A, {}, dns::rcode::REFUSED);
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_THAT(report.dns_findings.front().names, ElementsAre(login));
}

TEST(DnsFindings, AliasesAloneAfterWhichNothingIsSentAreOne) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_EQ(report.dns_findings.front().trouble, DnsTrouble::AliasOnly);
}

TEST(DnsFindings, AliasesAloneThatTheClientFollowsAreNone) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  recording.ask_target(60);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, AnEmptyAnswerForAaaaBehindAliasesIsNone) {
  Recording recording;
  recording.look_up(login, dns::type::AAAA, {cname(login, 60, www)});
  recording.ask_alias(60, 60);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, OneOfSeveralResolversIsEnough) {
  Recording recording;
  events::DnsSeen other = join::question(login, dns::type::A);
  other.resolver = join::endpoint("10.96.0.11", 53);
  recording.see(other);
  recording.ask_alias(60, 60);
  recording.at(60);
  recording.ask_target(60);
  EXPECT_THAT(recording.report().dns_findings, IsEmpty());
}

TEST(DnsFindings, WhatAResolverNeverAnswersIsOneFinding) {
  Recording recording;
  recording.ask("a.example.", dns::type::A);
  recording.ask("a.example.", dns::type::AAAA);
  recording.ask("b.example.", dns::type::A);
  recording.at(60);
  recording.ask_target(60);
  const Report report = recording.report();
  ASSERT_THAT(report.dns_findings, SizeIs(1));
  EXPECT_THAT(report.dns_findings.front().names, ElementsAre("a.example.", "b.example."));
  EXPECT_EQ(report.dns_findings.front().count, 3U);
}

}  // namespace
}  // namespace cnamedrop::explain
