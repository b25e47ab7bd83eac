// SPDX-License-Identifier: Apache-2.0
// Whose questions are these?
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Client client_in(Recording& recording) { return recording.report().findings.at(0).client; }

TEST(Clients, SrvBeforeCnameIsKong) {
  Recording recording;
  recording.look_up(login + "svc.cluster.local.", dns::type::SRV, {}, dns::rcode::NXDOMAIN);
  recording.chase(60, 60);
  recording.drop();
  const Client client = client_in(recording);
  EXPECT_EQ(client.kind, ClientKind::KongLegacy);
  EXPECT_THAT(client.evidence, HasSubstr("SRV, CNAME"));
  EXPECT_THAT(client.evidence, HasSubstr("search list"));
}

TEST(Clients, AaaaBeforeCnameIsApisix) {
  Recording recording;
  recording.look_up(login, dns::type::AAAA, {});
  recording.chase(60, 60);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::Apisix);
}

TEST(Clients, CnameAloneIsOneOfTheTwo) {
  Recording recording;
  recording.chase(60, 60);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(report.findings.front().client.kind, ClientKind::LuaRestyDnsClient);
  EXPECT_THAT(kinds_of(report.findings.front().cures), ElementsAre(CureKind::KongNewClient, CureKind::ApisixUpstream,
                                                                   CureKind::KongDnsOrder, CureKind::SelectNames));
}

TEST(Clients, TheTargetAloneFromACachedAliasIsNetty) {
  Recording recording;
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::NettyDnsResolver);
}

TEST(Clients, TheTargetOfAnAnswerWithoutAddressIsNginx) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  recording.ask_target(60);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::NginxResolver);
}

TEST(Clients, OtherNamesQuestionsTellNothing) {
  Recording recording;
  recording.look_up("other.example.", dns::type::SRV, {});
  recording.chase(60, 60);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::LuaRestyDnsClient);
}

TEST(Clients, OtherPodsQuestionsTellNothing) {
  Recording recording;
  recording.look_up(login, dns::type::SRV, {}, dns::rcode::NOERROR, 2);
  recording.chase(60, 60, 1);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::LuaRestyDnsClient);
}

TEST(Clients, WithoutAChaseNobodyIsSuspected) {
  Recording recording;
  recording.drop("192.0.2.1");
  EXPECT_EQ(client_in(recording).kind, ClientKind::Unknown);
}

}  // namespace
}  // namespace cnamedrop::explain
