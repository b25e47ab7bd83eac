// SPDX-License-Identifier: Apache-2.0
// The founding case as it was recorded in the lab: Kong's first resolution works, the next one is dropped. In one trace
// the address lives 3 s and the aliases 60 s, in the other both live 4 s.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string short_address = traces + "kong_a3_cname60.jsonl";
const std::string equal_lives = traces + "kong_a4_cname4.jsonl";

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

TEST(FoundingCase, WithoutAPolicySaysWhatWasLearnedAndHow) {
  const Report report = explain_file(short_address);
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::CnameOnly));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.pod->name, "kong-gateway-7d9c5b6f4-x2x7q");
  EXPECT_THAT(finding.names, ElementsAre(login));
  EXPECT_THAT(finding.credited, ElementsAre(www));
  EXPECT_EQ(finding.cause.chases.front().chain.size(), 3U);
  EXPECT_FALSE(finding.cause.selector);
}

TEST(FoundingCase, CountsASynAndItsRetryAsOneConnection) {
  const Report report = explain_file(short_address);
  EXPECT_EQ(report.findings.front().packets, 2U);
  EXPECT_EQ(report.findings.front().connections, 1U);
}

TEST(FoundingCase, SaysWhereInTheKernelAndWhy) {
  const Report report = explain_file(short_address);
  const Place& place = report.findings.front().places.packets.begin()->first;
  EXPECT_EQ(place.reason, "SKB_DROP_REASON_NETFILTER_DROP");
  EXPECT_THAT(place.symbol, HasSubstr("nft_do_chain"));
}

TEST(FoundingCase, WithThePolicyCitesTheSelectorOfTheOrigin) {
  const Report report = explain_file(short_address, judged_by(policy_file(lab_policy)));
  const auto& selector = report.findings.front().cause.selector;
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->text, "matchName: Login.MicrosoftOnline.com");
  EXPECT_THAT(selector->source, HasSubstr("kong.yaml:24"));
  EXPECT_EQ(selector->matched, login);
}

TEST(FoundingCase, ThePatchMakesItAllowedByName) {
  const Report before = explain_file(short_address, judged_by(policy_file(lab_policy)));
  const std::string patch = cure_of(before, CureKind::SelectNames).patch;
  const std::string patched = content_of(lab_policy) +
                              "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: patch}\n" +
                              patch;
  const Report after = explain_file(short_address, judged_by(policy_of(patched)));
  EXPECT_THAT(kinds_of(after.findings), ElementsAre(CauseKind::AllowedByName));
}

TEST(FoundingCase, ThePatchLeavesOutWhatThePolicySelects) {
  const Report report = explain_file(short_address, judged_by(policy_file(lab_policy)));
  EXPECT_THAT(cure_of(report, CureKind::SelectNames).patch, Not(HasSubstr("login.microsoftonline.com")));
  EXPECT_THAT(cure_of(report, CureKind::SelectNames).patch, HasSubstr("www.tm.ak.prd.aadg.trafficmanager.net"));
}

TEST(FoundingCase, TheQuestionsAreThoseOfKongsOldClient) {
  EXPECT_EQ(explain_file(short_address).findings.front().client.kind, ClientKind::KongLegacy);
}

TEST(FoundingCase, AddressesFirstIsNoCureWhereTheAliasOutlivesTheAddress) {
  const Cure cure = cure_of(explain_file(short_address), CureKind::KongDnsOrder);
  EXPECT_EQ(cure.verdict, Verdict::Fails);
  EXPECT_THAT(cure.patch, IsEmpty());
  EXPECT_THAT(cure.why, HasSubstr("cached"));
}

TEST(FoundingCase, AddressesFirstIsNoCureForAShortTtlWhereBothLiveAsLong) {
  const Cure cure = cure_of(explain_file(equal_lives), CureKind::KongDnsOrder);
  EXPECT_EQ(cure.verdict, Verdict::Fails);
  EXPECT_THAT(cure.why, HasSubstr("dns_not_found_ttl (30 s)"));
}

TEST(FoundingCase, TheNewClientIsACureInBoth) {
  EXPECT_EQ(cure_of(explain_file(short_address), CureKind::KongNewClient).verdict, Verdict::Holds);
  EXPECT_EQ(cure_of(explain_file(equal_lives), CureKind::KongNewClient).verdict, Verdict::Holds);
}

TEST(FoundingCase, AskingForTheAddressFirstSparesTheDropWhereBothLiveAsLong) {
  const Report report = explain_file(equal_lives, assuming("A,CNAME"));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.assumption->packets_gone, 2U);
  EXPECT_FALSE(report.has_cname_only());
}

TEST(FoundingCase, AskingForTheAddressFirstEndsInTheCacheWhereTheAliasOutlivesTheAddress) {
  const Report report = explain_file(short_address, assuming("A,CNAME"));
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::CnameOnly));
  const events::Chase& chase = report.findings.front().cause.chases.front();
  EXPECT_EQ(chase.how, events::ChaseHow::Cached);
  EXPECT_FALSE(chase.chain.front().by_cname_question);
  EXPECT_EQ(report.assumption->packets_cached, 2U);
}

}  // namespace
}  // namespace cnamedrop::explain
