// SPDX-License-Identifier: Apache-2.0
// What goes wrong before any packet could be dropped.
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

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

}  // namespace
}  // namespace cnamedrop::explain
