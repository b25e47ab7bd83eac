// SPDX-License-Identifier: Apache-2.0
// What to do about each cause.
#include <gmock/gmock.h>

#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Options with_rule(const std::string& rule) {
  return judged_by(
      policy_of("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\n"
                "spec:\n  egress:\n    - " +
                rule + "\n"));
}

// The policy, and what the cure adds to it.
Options patched(const Options& options, const std::string& patch) {
  policy::Policy policy = *options.policy;
  policy::append(policy,
                 *policy::load_policy_text("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n" + patch, "p"));
  return judged_by(std::make_shared<policy::Policy>(std::move(policy)));
}

Report direct_drop(const Options& options) {
  Recording recording(options);
  recording.look_up("a.b.example.", dns::type::A, {a("a.b.example.", 60)});
  recording.at(1);
  recording.drop();
  return recording.report();
}

TEST(Cures, ANameThatNoSelectorHoldsIsSelected) {
  const Options options = judged_by_name("other.example");
  const Report report = direct_drop(options);
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(events::CauseKind::NameMismatch));
  const std::string patch = cure_of(report, CureKind::SelectNames).patch;
  EXPECT_THAT(patch, HasSubstr("- matchName: \"a.b.example\"\n"));
  EXPECT_THAT(kinds_of(direct_drop(patched(options, patch)).findings), ElementsAre(events::CauseKind::AllowedByName));
}

TEST(Cures, ANearMissIsMendedByTheNameItself) {
  const Options options = with_rule("toFQDNs: [{matchPattern: \"*.example\"}]");
  const Report report = direct_drop(options);
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(events::CauseKind::NearMiss));
  const Cure cure = cure_of(report, CureKind::SelectNames);
  EXPECT_THAT(cure.what, HasSubstr("policy.yaml:6"));
  EXPECT_THAT(kinds_of(direct_drop(patched(options, cure.patch)).findings),
              ElementsAre(events::CauseKind::AllowedByName));
}

TEST(Cures, AMissingPortIsAdded) {
  const Options options =
      with_rule("{toFQDNs: [{matchName: a.b.example}], toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]}");
  const Report report = direct_drop(options);
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(events::CauseKind::PortMismatch));
  const std::string patch = cure_of(report, CureKind::AddPort).patch;
  EXPECT_THAT(patch, HasSubstr("port: \"443\"\n              protocol: TCP\n"));
  EXPECT_THAT(kinds_of(direct_drop(patched(options, patch)).findings), ElementsAre(events::CauseKind::AllowedByName));
}

TEST(Cures, APolicyOfTheTargetIsToSelectTheAlias) {
  Recording recording(judged_by_name(www));
  recording.ask_alias(60, 60);
  recording.at(1);
  recording.drop();
  const Report report = recording.report();
  ASSERT_THAT(kinds_of(report.findings), ElementsAre(events::CauseKind::SelectsTarget));
  EXPECT_THAT(cure_of(report, CureKind::SelectNames).patch, HasSubstr("login.microsoftonline.com"));
}

TEST(Cures, ANameThatMatchNameCannotSayIsNotPatched) {
  Recording recording(judged_by_name("other.example"));
  recording.look_up("a\\032b.example.", dns::type::A, {a("a\\032b.example.", 60)});
  recording.drop();
  const Cure cure = cure_of(recording.report(), CureKind::SelectNames);
  EXPECT_EQ(cure.verdict, Verdict::Fails);
  EXPECT_THAT(cure.patch, IsEmpty());
}

TEST(Cures, OnePingDoesNotOpenAllPorts) {
  Recording recording(judged_by_name("other.example"));
  recording.ask_target(60);
  events::Dropped ping = join::syn_to(join::address, 0);
  ping.protocol = events::protocol::ICMP;
  recording.see(ping);
  EXPECT_THAT(cure_of(recording.report(), CureKind::SelectNames).patch, IsEmpty());
}

TEST(Cures, AClientThatAsksForAnUnselectedOriginIsNotCuredByItsSettings) {
  Recording recording(judged_by_name("other.example"));
  recording.look_up(login, dns::type::SRV, {});
  recording.chase(60, 60);
  recording.drop();
  const Report report = recording.report();
  EXPECT_EQ(cure_of(report, CureKind::KongNewClient).verdict, Verdict::Fails);
  EXPECT_EQ(cure_of(report, CureKind::KongDnsOrder).verdict, Verdict::Fails);
  EXPECT_EQ(cure_of(report, CureKind::SelectNames).verdict, Verdict::Holds);
}

TEST(Cures, TheShortestAddressAndTheLongestAliasDecideOnTheOrder) {
  Recording recording;
  recording.look_up(login, dns::type::SRV, {});
  recording.chase(60, 60);
  recording.drop();
  recording.at(61);
  recording.chase(60, 40);
  recording.drop();
  const Cure cure = cure_of(recording.report(), CureKind::KongDnsOrder);
  EXPECT_EQ(cure.verdict, Verdict::Fails);
  EXPECT_THAT(cure.why, HasSubstr("TTL of 40 s"));
}

TEST(Cures, AnAddressThatWasNeverLearnedIsSelectedByAddress) {
  Recording recording;
  recording.drop("192.0.2.1");
  EXPECT_THAT(cure_of(recording.report(), CureKind::Advice).what, HasSubstr("192.0.2.1"));
}

}  // namespace
}  // namespace cnamedrop::explain
