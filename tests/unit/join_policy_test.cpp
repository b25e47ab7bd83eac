// SPDX-License-Identifier: Apache-2.0
// The rows of the cause table that need selectors, each from a trace and a policy as a user has them.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const policy::Policy> policy_of(std::initializer_list<policy::Selector> selectors) {
  policy::Policy policy;
  policy.names = selectors;
  return std::make_shared<policy::Policy>(std::move(policy));
}

policy::Selector name(const char* text) { return *policy::selector_from_name(text); }
policy::Selector pattern(const char* text) { return *policy::selector_from_pattern(text); }
policy::Selector old_pattern(const char* text) {
  return *policy::selector_from_pattern(text, {policy::CiliumVersion::V1_18_OrOlder});
}
policy::Selector with_port(policy::Selector selector, std::uint16_t port) {
  selector.ports = {{policy::Protocol::Tcp, port, port}};
  return selector;
}

std::shared_ptr<const policy::Policy> login_policy() { return policy_of({name("login.microsoftonline.com")}); }

TEST(JoinPolicy, MatchedLiveCreditIsAllowedByName) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(1);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::AllowedByName);
  EXPECT_EQ(cause.selector, (events::SelectorCitation{"matchName: login.microsoftonline.com", "--allow-name", login}));
  EXPECT_EQ(cause.note, "");
}

TEST(JoinPolicy, DropWithinTheRaceWindowIsTooFresh) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(0.1009);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::TooFresh);
  EXPECT_EQ(cause.selector->matched, login);
  EXPECT_EQ(cause.note, "credited 99900 us before the drop");
  trace.at(0.101);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, RenewedCreditIsNotFresh) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(29);
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

// An engine forgets an address at its next garbage collection, not when the TTL ends.
TEST(JoinPolicy, CreditAfterItsExpiryIsNotTheFirstOne) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(40);
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, ASecondPacketOfAConnectionIsNoRace) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  events::Dropped ack = syn_to(address);
  ack.tcp_flags = 16;
  EXPECT_EQ(trace.see(ack).cause->kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, ADroppedRetryWithdrawsTheRace) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  const events::Cause first = *trace.see(syn_to(address)).cause;
  EXPECT_EQ(first.kind, CauseKind::TooFresh);
  EXPECT_THAT(first.doubts, Contains("retry_awaited"));
  trace.at(0.05);
  const events::Cause retry = *trace.see(syn_to(address)).cause;
  EXPECT_EQ(retry.kind, CauseKind::AllowedByName);
  EXPECT_THAT(retry.note, HasSubstr("a retry of the connection was dropped as well"));
}

TEST(JoinPolicy, RetriesAreJudgedAtTheFirstPacket) {
  Trace trace({}, login_policy());
  trace.chase_as_kong(2, 2);
  EXPECT_EQ(trace.see(syn_to(address)).cause->kind, CauseKind::CnameOnly);
  trace.at(7);
  EXPECT_EQ(trace.see(syn_to(address)).cause->kind, CauseKind::CnameOnly);
  trace.at(15);
  const events::Cause again = *trace.see(syn_to(address)).cause;
  EXPECT_EQ(again.kind, CauseKind::CnameOnly);
  EXPECT_TRUE(again.credits.at(0).live) << "at the first packet";
}

TEST(JoinPolicy, AConnectionFromTheSamePortMuchLaterIsAnother) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(1);
  EXPECT_EQ(trace.see(syn_to(address)).cause->kind, CauseKind::AllowedByName);
  trace.at(200);
  EXPECT_EQ(trace.see(syn_to(address)).cause->kind, CauseKind::Expired);
}

TEST(JoinPolicy, AChaseWithATtlOfZeroIsFound) {
  Trace trace({}, login_policy());
  trace.chase_as_kong(60, 0);
  trace.at(1);
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

TEST(JoinPolicy, OlderMatchedCreditLeavesNoRace) {
  Trace trace({}, policy_of({name("login.microsoftonline.com"), name("other.example")}));
  trace.look_up("other.example.", dns::type::A, {a("other.example.", 30)});
  trace.at(1);
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, RaceWindowMayBeSet) {
  Trace trace({.race_window = Duration::zero()}, login_policy());
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, NameWithMoreAddressesThanAreKeptIsOverLimit) {
  Trace trace({}, policy_of({name("s3.example")}));
  trace.learn_addresses(1001, "s3.example.");
  trace.at(10);
  const events::Cause cause = trace.drop("10.0.0.0");
  EXPECT_EQ(cause.kind, CauseKind::OverLimit);
  EXPECT_EQ(cause.selector->matched, "s3.example.");
  EXPECT_EQ(
      cause.note,
      "s3.example. has 1001 live addresses, the policy engine keeps 1000, and this one is among those that expire "
      "first");
  EXPECT_THAT(cause.doubts, Not(Contains("limit_tie")));
  EXPECT_EQ(trace.drop("10.0.3.232").kind, CauseKind::AllowedByName) << "it expires last";
}

TEST(JoinPolicy, OfAddressesThatExpireTogetherNobodyKnowsWhichIsKept) {
  Trace trace({.max_ips_per_name = 1}, policy_of({name("s3.example")}));
  trace.look_up("s3.example.", dns::type::A, {a("s3.example.", 60), a("s3.example.", 60, "192.0.2.1")});
  trace.at(10);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::OverLimit);
  EXPECT_THAT(cause.doubts, Contains("limit_tie"));
}

TEST(JoinPolicy, NameWithAsManyAddressesAsAreKeptIsNot) {
  Trace trace({}, policy_of({name("s3.example")}));
  trace.learn_addresses(1000, "s3.example.");
  trace.at(10);
  EXPECT_EQ(trace.drop("10.0.0.0").kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, LimitMayBeThatOfOldReleases) {
  Trace trace({.max_ips_per_name = 50}, policy_of({name("s3.example")}));
  trace.learn_addresses(51, "s3.example.");
  trace.at(10);
  EXPECT_EQ(trace.drop("10.0.0.0").kind, CauseKind::OverLimit);
}

TEST(JoinPolicy, FreshMatchBesideAFullNameIsOverLimit) {
  Trace trace({.max_ips_per_name = 1}, policy_of({name("login.microsoftonline.com"), name("s3.example")}));
  trace.look_up("s3.example.", dns::type::A, {a("s3.example.", 60), a("s3.example.", 60, "192.0.2.1")});
  trace.at(10);
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::OverLimit);
}

TEST(JoinPolicy, ExpiredAddressesDoNotCountForTheLimit) {
  Trace trace({.max_ips_per_name = 1}, policy_of({name("s3.example")}));
  trace.look_up("s3.example.", dns::type::A, {a("s3.example.", 1, "192.0.2.1")});
  trace.look_up("s3.example.", dns::type::A, {a("s3.example.", 60, "192.0.2.2")});
  trace.at(10);
  EXPECT_EQ(trace.drop("192.0.2.2").kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, ForgottenAddressesDoNotCountForTheLimit) {
  Trace trace({.max_ips_per_name = 4, .max_addresses = 4}, policy_of({name("s3.example")}));
  trace.learn_addresses(20, "s3.example.");
  trace.at(10);
  EXPECT_EQ(trace.drop("10.0.0.19").kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, PortThatNoMatchHoldsIsPortMismatch) {
  Trace trace({}, policy_of({with_port(name("login.microsoftonline.com"), 443)}));
  trace.ask_alias(60, 30);
  const events::Cause cause = trace.drop(address, 8443);
  EXPECT_EQ(cause.kind, CauseKind::PortMismatch);
  EXPECT_EQ(cause.selector->matched, login);
  EXPECT_EQ(cause.note, "the selector matches login.microsoftonline.com., but not TCP port 8443");
}

TEST(JoinPolicy, AnotherSelectorMayHoldThePort) {
  Trace trace({}, policy_of({with_port(name("login.microsoftonline.com"), 443), pattern("*.microsoftonline.com")}));
  trace.ask_alias(60, 30);
  trace.at(1);
  const events::Cause cause = trace.drop(address, 8443);
  EXPECT_EQ(cause.kind, CauseKind::AllowedByName);
  EXPECT_EQ(cause.selector->text, "matchPattern: *.microsoftonline.com");
}

TEST(JoinPolicy, PortIsTheOneThatThePodAddressed) {
  Trace trace({}, policy_of({with_port(name("login.microsoftonline.com"), 443)}));
  trace.ask_alias(60, 30);
  trace.at(1);
  events::Dropped drop = syn_to("10.1.1.1", 8443);
  drop.original_remote = endpoint(address, 443);
  EXPECT_EQ(trace.see(drop).cause->kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, OtherProtocolIsPortMismatch) {
  Trace trace({}, policy_of({with_port(name("login.microsoftonline.com"), 443)}));
  trace.ask_alias(60, 30);
  events::Dropped echo = syn_to(address, 0);
  echo.protocol = events::protocol::ICMP;
  const events::Cause cause = *trace.see(echo).cause;
  EXPECT_EQ(cause.kind, CauseKind::PortMismatch);
  EXPECT_EQ(cause.note, "the selector matches login.microsoftonline.com., but not ICMPv4");
}

TEST(JoinPolicy, SelectedNameWithAClusterDomainIsSearchSuffix) {
  Trace trace({}, login_policy());
  const dns::Name suffixed = login + "kong.svc.cluster.local.";
  trace.look_up(suffixed, dns::type::A, {cname(suffixed, 30, login), a(login, 30)});
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::SearchSuffix);
  EXPECT_EQ(cause.selector->matched, login);
  EXPECT_EQ(cause.note, suffixed + " is " + login + " with the search domain kong.svc.cluster.local.");
}

TEST(JoinPolicy, SearchDomainIsLearnedFromThePodsQuestions) {
  Trace trace({}, login_policy());
  trace.deny("other.example.corp.example.org.", dns::type::A);
  trace.ask("other.example.", dns::type::A);
  const dns::Name suffixed = login + "corp.example.org.";
  trace.look_up(suffixed, dns::type::A, {a(suffixed, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::SearchSuffix);
}

TEST(JoinPolicy, NameOfACdnIsNoSearchSuffix) {
  Trace trace({}, login_policy());
  const dns::Name edge = login + "edgekey.net.";
  trace.look_up(login, dns::type::CNAME, {cname(login, 60, edge)});
  trace.look_up(edge, dns::type::A, {a(edge, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

TEST(JoinPolicy, SelectedOriginOfAChaseIsCnameOnlyAndAllowed) {
  Trace trace({}, login_policy());
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_EQ(cause.chases.at(0).origin_allowed, true);
  EXPECT_EQ(cause.selector, (events::SelectorCitation{"matchName: login.microsoftonline.com", "--allow-name", login}));
  EXPECT_EQ(cause.note, "");
}

TEST(JoinPolicy, OriginIsJudgedForEachChase) {
  Trace trace({}, login_policy());
  trace.chase("other.example.", www, 60);
  trace.chase(login, www, 60);
  trace.ask_target(30);
  const events::Cause cause = trace.drop();
  ASSERT_THAT(origins_of(cause), ElementsAre(login, "other.example."));
  EXPECT_EQ(cause.chases[0].origin_allowed, true);
  EXPECT_EQ(cause.chases[1].origin_allowed, false);
  EXPECT_EQ(cause.selector->matched, login);
}

// The policy is the reason, not the client.
TEST(JoinPolicy, UnselectedOriginIsDeniedAsWrittenWithTheChaseAsEvidence) {
  Trace trace({}, policy_of({name("other.example")}));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NameMismatch);
  EXPECT_EQ(cause.chases.at(0).origin_allowed, false);
  EXPECT_FALSE(cause.selector);
}

TEST(JoinPolicy, SelectedOriginOnAnotherPortIsPortMismatch) {
  Trace trace({}, policy_of({with_port(name("login.microsoftonline.com"), 80)}));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::PortMismatch);
  EXPECT_EQ(cause.chases.at(0).origin_allowed, false);
  EXPECT_EQ(cause.selector->matched, login);
  EXPECT_EQ(cause.note, "the selector matches " + login + ", but not TCP port 443");
}

TEST(JoinPolicy, ASelectedStepThatThePodAskedForIsTheOrigin) {
  Trace trace({}, policy_of({name("ak.privatelink.msidentity.com")}));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  ASSERT_THAT(origins_of(cause), ElementsAre(ak, login));
  EXPECT_EQ(cause.chases[0].origin_allowed, true);
  EXPECT_EQ(cause.chases[1].origin_allowed, false);
}

TEST(JoinPolicy, ASelectedAliasThatThePodDidNotAskForSelectsTarget) {
  Trace trace({}, policy_of({name("ak.privatelink.msidentity.com")}));
  trace.ask_alias(60, 1);
  trace.at(2);
  trace.ask_target(30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::SelectsTarget);
  EXPECT_EQ(cause.selector->matched, ak);
  EXPECT_EQ(cause.note, "the selector matches " + ak + ", an alias between " + login + " and " + www +
                            " that the pod did not ask for");
}

TEST(JoinPolicy, OfOriginsThatNoSelectorNamesTheNearestComesFirst) {
  Trace trace({}, policy_of({name("other.example")}));
  trace.look_up(ak, dns::type::A, {cname(ak, 60, www), a(www, 1)});
  trace.ask_alias(60, 1);
  trace.at(2);
  trace.ask_target(30);
  EXPECT_THAT(origins_of(trace.drop()), ElementsAre(ak, login));
}

TEST(JoinPolicy, AnOriginWithALiveCreditIsNotToBlame) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(2);
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, AReplacedAliasLeadsNowhere) {
  Trace trace({}, login_policy());
  trace.chase(login, www, 60);
  trace.at(10);
  trace.chase(login, "new.example.", 60);
  trace.at(11);
  trace.ask_target(30);
  EXPECT_EQ(trace.drop().kind, CauseKind::NameMismatch);
}

TEST(JoinPolicy, AnAliasThatWasReplacedAfterTheQuestionHadLedThere) {
  Trace trace({}, login_policy());
  trace.chase(login, www, 60);
  trace.at(10);
  trace.ask_target(30);
  trace.at(11);
  trace.chase(login, "new.example.", 60);
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly);
}

TEST(JoinPolicy, ASelectorOfAWholeNodeAllowsNothingForSure) {
  policy::Policy policy = *policy::load_policy_file(TEST_DATA_DIR "/policies/fqdn_names.json");
  policy.names.push_back(name("login.microsoftonline.com"));
  Trace trace({}, std::make_shared<policy::Policy>(std::move(policy)));  // the file holds a *
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, ElementsAre("names_of_node"));
}

TEST(JoinPolicy, WhereNothingElseExplainsItASelectorOfAWholeNodeIsADoubt) {
  Trace trace({},
              std::make_shared<policy::Policy>(*policy::load_policy_file(TEST_DATA_DIR "/policies/fqdn_names.json")));
  trace.look_up("plain.example.", dns::type::A, {a("plain.example.", 60)});
  trace.at(1);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::AllowedByName);
  EXPECT_THAT(cause.doubts, Contains("names_of_node"));
}

TEST(JoinPolicy, AnotherPodsLiveCreditCountsToo) {
  Trace trace({}, login_policy());
  trace.look_up(login, dns::type::A, {a(login, 30)}, dns::rcode::NOERROR, 2);
  trace.at(1);
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::AllowedByName);
  EXPECT_THAT(cause.note, HasSubstr("holds the address under this name"));
  trace.at(41);
  trace.chase_as_kong(60, 30);
  EXPECT_EQ(trace.drop().kind, CauseKind::CnameOnly) << "the other pod's credit has run out";
}

TEST(JoinPolicy, AnAddressThatOnlyAnotherPodLearnedIsJudgedByItsName) {
  Trace trace({}, login_policy());
  trace.look_up(login, dns::type::A, {a(login, 30)}, dns::rcode::NOERROR, 2);
  trace.at(1);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
  trace.at(40);
  EXPECT_EQ(trace.drop().kind, CauseKind::NotLearned);
}

TEST(JoinPolicy, NearMissOfAnOriginIsNoted) {
  Trace trace({}, policy_of({pattern("*.com")}));
  trace.chase_as_kong(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NearMiss);
  EXPECT_EQ(cause.chases.at(0).origin_allowed, false);
  EXPECT_THAT(cause.note, HasSubstr("selects exactly 1 label before com, login.microsoftonline.com has 2"));
}

TEST(JoinPolicy, SelectedLastTargetIsAllowedByName) {
  Trace trace({}, policy_of({name("www.tm.ak.prd.aadg.trafficmanager.net")}));
  trace.chase_as_kong(60, 30);
  trace.at(1);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

TEST(JoinPolicy, PolicyThatNamesTheTargetInTheAnswerSelectsTarget) {
  Trace trace({}, policy_of({name("www.tm.ak.prd.aadg.trafficmanager.net")}));
  trace.ask_alias(60, 30);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::SelectsTarget);
  EXPECT_EQ(cause.selector->matched, www);
  EXPECT_EQ(cause.note, "the pod asked for " + login + ", an alias of " + www);
}

TEST(JoinPolicy, PolicyThatNamesATargetLearnedElsewhereSelectsTarget) {
  Trace trace({}, policy_of({name("www.tm.ak.prd.aadg.trafficmanager.net")}));
  trace.chase(login, ak, 60);
  trace.chase(ak, www, 60);
  trace.look_up(login, dns::type::A, {a(login, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::SelectsTarget);
}

TEST(JoinPolicy, TargetAtTheTimeOfTheAnswerCountsToo) {
  Trace trace({}, policy_of({name("www.tm.ak.prd.aadg.trafficmanager.net")}));
  trace.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 30)});
  trace.chase(login, "new.example.", 60);
  EXPECT_EQ(trace.drop().kind, CauseKind::SelectsTarget);
}

TEST(JoinPolicy, CycleOfTargetsEnds) {
  Trace trace({}, policy_of({name("other.example")}));
  trace.look_up("a.example.", dns::type::A,
                {cname("a.example.", 60, "b.example."), cname("b.example.", 60, "a.example."), a("b.example.", 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::NameMismatch);
}

TEST(JoinPolicy, MissByTheApexIsNearMiss) {
  Trace trace({}, policy_of({pattern("*.login.microsoftonline.com")}));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NearMiss);
  EXPECT_EQ(cause.selector,
            (events::SelectorCitation{"matchPattern: *.login.microsoftonline.com", "--allow-pattern", login}));
  EXPECT_THAT(cause.note, HasSubstr("not login.microsoftonline.com itself"));
}

TEST(JoinPolicy, MissByDepthIsNearMiss) {
  Trace trace({}, policy_of({pattern("*.com")}));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::NearMiss);
}

TEST(JoinPolicy, MissByTheOldDoubleStarIsNearMiss) {
  Trace trace({}, policy_of({old_pattern("**.com")}));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NearMiss);
  EXPECT_THAT(cause.note, HasSubstr("from Cilium 1.19 on"));
}

TEST(JoinPolicy, UnselectedNameIsNameMismatch) {
  Trace trace({}, policy_of({name("other.example")}));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NameMismatch);
  EXPECT_FALSE(cause.selector);
}

TEST(JoinPolicy, PolicyWithoutSelectorsDeniesEveryName) {
  Trace trace({}, policy_of({}));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::NameMismatch);
}

TEST(JoinPolicy, ExpiredCreditNamesTheSelectorThatMatched) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  trace.at(40);
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::Expired);
  EXPECT_EQ(cause.selector->matched, login);
}

TEST(JoinPolicy, NotLearnedNeedsNoSelector) {
  Trace trace({}, login_policy());
  const events::Cause cause = trace.drop();
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_FALSE(cause.selector);
}

TEST(JoinPolicy, DroppedDnsMessageComesBeforeTheSelectors) {
  Trace trace({}, login_policy());
  trace.ask_alias(60, 30);
  EXPECT_EQ(trace.drop(address, 53).kind, CauseKind::DnsDropped);
}

TEST(JoinPolicy, DnsRulesDoNotLetPacketsThrough) {
  policy::NetworkPolicy rules;
  rules.denies_by_default = true;
  policy::Rule lookups;
  lookups.any_peer = true;
  lookups.any_port = false;
  lookups.ports = {{policy::Protocol::Any, 53, 53}};
  lookups.has_dns_rules = true;
  lookups.dns_rules = {pattern("*")};
  rules.allow.push_back(lookups);
  policy::Policy policy;
  policy.policies.push_back(rules);
  Trace trace({}, std::make_shared<policy::Policy>(policy));
  trace.look_up(login, dns::type::A, {a(login, 30)});
  EXPECT_EQ(trace.drop().kind, CauseKind::NameMismatch);
}

TEST(JoinPolicy, PolicyMayChangeWhatWasLearnedStays) {
  Trace trace;
  trace.ask_alias(60, 30);
  trace.at(1);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
  trace.join.set_policy(login_policy());
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
  trace.join.set_policy(policy_of({name("other.example")}));
  EXPECT_EQ(trace.drop().kind, CauseKind::NameMismatch);
}

TEST(JoinPolicy, WithASelectorOfEverythingNoNameIsToBlame) {
  Trace trace({}, policy_of({pattern("*")}));
  trace.chase_as_kong(60, 30);
  trace.at(1);
  EXPECT_EQ(trace.drop().kind, CauseKind::AllowedByName);
}

}  // namespace
}  // namespace cnamedrop::join
