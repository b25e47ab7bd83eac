// SPDX-License-Identifier: Apache-2.0
// Whose questions are these?
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Client client_in(Recording& recording) { return recording.report().findings.at(0).client; }

const dns::Name search_name = login + "svc.cluster.local.";

TEST(Clients, SrvIsKongs) {
  Recording recording;
  recording.look_up(search_name, dns::type::SRV, {}, dns::rcode::NXDOMAIN);
  recording.chase(60, 60);
  recording.drop();
  const Client client = client_in(recording);
  EXPECT_EQ(client.kind, ClientKind::KongLegacy);
  EXPECT_THAT(client.evidence, HasSubstr("SRV, CNAME"));
}

TEST(Clients, SrvExcludesNettyWhereTheAliasIsCached) {
  Recording recording;
  recording.look_up(login, dns::type::SRV, {});
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::KongLegacy);
}

TEST(Clients, AddressesAndCnameQuestionsWithoutSrvAreApisix) {
  Recording recording;
  recording.look_up(login, dns::type::AAAA, {});
  recording.chase(60, 60);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::Apisix);
}

TEST(Clients, ASearchListInSpiteOfAnAnswerIsTheLuaLibrary) {
  Recording recording;
  recording.ask_alias(60, 3);
  recording.at(0.1);
  recording.look_up(search_name, dns::type::A, {}, dns::rcode::NXDOMAIN);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(report.findings.front().client.kind, ClientKind::LuaRestyDnsClient);
  EXPECT_THAT(kinds_of(report.findings.front().cures), ElementsAre(CureKind::SelectNames));
}

TEST(Clients, ASearchListBeforeTheAnswerIsEverybodys) {
  Recording recording;
  recording.look_up(search_name, dns::type::A, {}, dns::rcode::NXDOMAIN);
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::Unknown);
}

TEST(Clients, CnameQuestionsForSearchNamesAloneAreNettys) {
  Recording recording;
  recording.look_up(search_name, dns::type::CNAME, {}, dns::rcode::NXDOMAIN);
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::NettyDnsResolver);
}

TEST(Clients, CnameQuestionsAloneMayBeAnApplicationOrAClientSeenTooLate) {
  Recording recording;
  recording.chase(60, 60);
  recording.drop();
  const Report report = recording.report();
  const Client& client = report.findings.front().client;
  EXPECT_EQ(client.kind, ClientKind::Unknown);
  EXPECT_THAT(client.candidates, ElementsAre(ClientKind::KongLegacy, ClientKind::Apisix, ClientKind::Application));
  EXPECT_THAT(client.tell_apart, HasSubstr("from the start"));
  EXPECT_THAT(kinds_of(report.findings.front().cures), ElementsAre(CureKind::SelectNames));
}

TEST(Clients, TheTargetAloneFromACachedAliasTellsOfSeveral) {
  Recording recording;
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  const Client client = client_in(recording);
  EXPECT_EQ(client.kind, ClientKind::Unknown);
  EXPECT_THAT(client.candidates, Contains(ClientKind::NettyDnsResolver));
}

TEST(Clients, WhoAsksForTheNameEachTimeAndFollowsAliasesIsNginx) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  recording.ask_target(60);
  recording.drop();
  recording.at(9);
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  recording.ask_target(60);
  EXPECT_EQ(client_in(recording).kind, ClientKind::NginxResolver);
}

TEST(Clients, OneAnswerWithAliasesAloneDoesNotTellNginxFromNetty) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www)});
  recording.ask_target(60);
  recording.drop();
  EXPECT_THAT(client_in(recording).candidates, ElementsAre(ClientKind::NginxResolver, ClientKind::NettyDnsResolver));
}

TEST(Clients, AQuestionOverLoopbackIsThatOfAResolverInThePod) {
  Recording recording;
  events::DnsSeen asked = join::question(login, dns::type::A);
  asked.local = asked.resolver = join::endpoint("127.0.0.1", 53);
  recording.answer(asked, {cname(login, 60, www), a(www, 3)});
  recording.ask_alias(60, 3);
  recording.at(9);
  recording.ask_target(3);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(report.findings.front().client.kind, ClientKind::ResolverInPod);
  EXPECT_EQ(cure_of(report, CureKind::ResolverCache).patch, "server:\n  cache-max-ttl: 3\n");
}

TEST(Clients, OtherNamesQuestionsTellNothing) {
  Recording recording;
  recording.look_up("other.example.", dns::type::SRV, {});
  recording.chase(60, 60);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::Unknown);
}

TEST(Clients, OtherPodsQuestionsTellNothing) {
  Recording recording;
  recording.look_up(login, dns::type::SRV, {}, dns::rcode::NOERROR, 2);
  recording.chase(60, 60, 1);
  recording.drop();
  EXPECT_EQ(client_in(recording).kind, ClientKind::Unknown);
}

TEST(Clients, WithoutAChaseNobodyIsSuspected) {
  Recording recording;
  recording.drop("192.0.2.1");
  EXPECT_EQ(client_in(recording).kind, ClientKind::Unknown);
}

}  // namespace
}  // namespace cnamedrop::explain
