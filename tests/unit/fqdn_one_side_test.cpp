// SPDX-License-Identifier: Apache-2.0
// What only a trace has, or only Cilium, and which reason is given: a case each.
#include <gmock/gmock.h>

#include "fqdn_trace.h"

namespace cnamedrop::fqdn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Only in the trace.

TEST(FqdnOneSide, EmptyListMeansThatNoDnsPassesTheProxy) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, "").differences,
              OneIs(DifferenceKind::OnlyInTrace, StartsWith("Cilium's list is empty: the pod's DNS may not pass")));
}

TEST(FqdnOneSide, NothingOfTheEndpointMeansTheSame) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  const std::string rows = row("y.example.", ip, 30, "12:00:00.000", "12:00:30.000", 812);
  EXPECT_THAT(compare_with(recording, rows, 754).differences,
              OneIs(DifferenceKind::OnlyInTrace, StartsWith("Cilium's list of endpoint 754 is empty")));
}

// A row that both have, so that the list has a time.
std::string both(const std::string& looked_up, const std::string& expires) {
  return row("both.example.", other_ip, 60, looked_up, expires);
}

TEST(FqdnOneSide, LearnedBeforeTheListBegins) {
  Recording recording;
  recording.look_up_a("x.example.", 300);
  recording.at(60);
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  EXPECT_THAT(compare_with(recording, both("12:01:00.000", "12:02:00.000")).differences,
              OneIs(DifferenceKind::OnlyInTrace,
                    AllOf(HasSubstr("before the oldest look-up of Cilium's list, 2026-03-01T12:01:00.000Z"),
                          HasSubstr("the agent may have started"))));
}

TEST(FqdnOneSide, LearnedAfterTheNewestOfTheList) {
  Recording recording;
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.at(30);
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, both("12:00:00.000", "12:01:00.000")).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("it may have been taken before")));
}

TEST(FqdnOneSide, ExpiredBeforeTheListWasTaken) {
  Recording recording;
  recording.look_up_a("x.example.", 10);
  const std::string later = row("late.example.", other_ip, 60, "12:05:00.000", "12:06:00.000");
  EXPECT_THAT(compare_with(recording, later).differences.at(1).why,
              "expired at 2026-03-01T12:00:10.001Z, before Cilium's list was taken: its newest look-up is of "
              "2026-03-01T12:05:00.000Z");
}

TEST(FqdnOneSide, AnswersInsideThePodAreNotSeenByTheProxy) {
  Recording recording;
  recording.look_up_at(join::endpoint("127.0.0.1", 53), events::protocol::UDP, "x.example.", {a("x.example.", 30)});
  EXPECT_THAT(compare_with(recording, "").differences, IsEmpty()) << "the join credits nothing to them either";
}

TEST(FqdnOneSide, AnswersOverTcpOrFromAnotherPortMayNotBeCovered) {
  const std::string list = row("both.example.", other_ip, 60, "12:00:00.000", "12:01:00.000");
  Recording tcp;
  tcp.look_up_a("both.example.", 60, "192.0.2.1");
  tcp.look_up_at(join::endpoint("10.96.0.10", 53), events::protocol::TCP, "x.example.", {a("x.example.", 30)});
  EXPECT_THAT(
      compare_with(tcp, list).differences,
      OneIs(DifferenceKind::OnlyInTrace, HasSubstr("10.96.0.10:53 over TCP: the port of the policy's rules.dns")));
  Recording port;
  port.look_up_a("both.example.", 60, "192.0.2.1");
  port.look_up_at(join::endpoint("10.96.0.10", 5353), events::protocol::UDP, "x.example.", {a("x.example.", 30)});
  EXPECT_THAT(compare_with(port, list).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("10.96.0.10:5353: the port of the policy's rules.dns may")));
}

TEST(FqdnOneSide, MoreAddressesThanCiliumKeeps) {
  Recording recording(with({.max_ips_per_name = 1}));
  recording.look_up("x.example.", dns::type::A, {a("x.example.", 30), a("x.example.", 30, "192.0.2.1")});
  const std::string rows = row("x.example.", other_ip, 30, "12:00:00.000", "12:00:30.000");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OtherAddresses, StartsWith("the name has 2 live addresses in the trace")));
}

TEST(FqdnOneSide, KeptInTheTraceByAnOptionAlone) {
  Recording raised(with({.min_ttl = std::chrono::seconds(3600)}));
  raised.look_up_a("x.example.", 5);
  raised.last_until(60);
  EXPECT_THAT(
      compare_with(raised, "").differences,
      OneIs(DifferenceKind::OnlyInTrace, StartsWith("by its own TTL of 5 s it expired at 2026-03-01T12:00:05.001Z")));
  Recording chain(with({.credit_to = join::CreditTo::Chain}));
  chain.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 60)});
  EXPECT_THAT(compare_with(chain, row(login, ip, 60, "12:00:00.000", "12:01:00.000")).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("Cilium puts it under login.microsoftonline.com. alone")));
}

TEST(FqdnOneSide, AMinimumTtlThatCiliumHasTooIsNoReason) {
  Recording recording(with({.min_ttl = std::chrono::seconds(3600)}));
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.at(1);
  recording.look_up_a("x.example.", 5);
  recording.last_until(60);
  const std::string rows = row("both.example.", other_ip, 3600, "12:00:00.000", "13:00:00.000");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("it may have been taken before")));
}

TEST(FqdnOneSide, WithoutAReasonOnlyMayBeSaid) {
  Recording recording;
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.at(1);
  recording.look_up_a("x.example.", 60);
  recording.at(2);
  recording.look_up_a("last.example.", 60, "192.0.2.2");
  const std::string rows = both("12:00:00.000", "12:01:00.000") + "," +
                           row("last.example.", "\"192.0.2.2\"", 60, "12:00:02.000", "12:01:02.000");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInTrace, StartsWith("Cilium may not have seen the answer")));
}

// Only in Cilium.

TEST(FqdnOneSide, LookedUpBeforeTheTraceBegan) {
  const Recording recording;
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "11:59:00.000", "12:00:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    "looked up at 2026-03-01T11:59:00.000Z, before the trace began at 2026-03-01T12:00:00.000Z"));
}

TEST(FqdnOneSide, LookedUpAfterTheTraceEnded) {
  const Recording recording;
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:01:00.000", "12:02:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("later than what the trace's table shows")));
}

TEST(FqdnOneSide, KeptByAConnection) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(60);
  const std::string rows = row("x.example.", ip, 0, "12:00:55.000", "12:01:10.000", 754, "connection");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    "its look-up is gone from Cilium, which keeps it for a connection that "
                    "is alive; in the trace it expired at 2026-03-01T12:00:05.001Z"));
}

TEST(FqdnOneSide, ExpiredOnBothSides) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(20);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 5, "12:00:00.000", "12:00:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, AllOf(HasSubstr("there it expired at 2026-03-01T12:00:05.001Z"),
                                                        HasSubstr("clears up once a minute"))));
}

TEST(FqdnOneSide, ExpiredInTheTraceSinceCiliumRaisesTheTtl) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(20);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 3600, "12:00:00.000", "13:00:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("--min-ttl 3600 shows the same")));
}

TEST(FqdnOneSide, ExpiredInTheTraceAndLookedUpAgainUnseen) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(30);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:20.000", "12:01:20.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    StartsWith("the trace saw only another look-up of it, of 2026-03-01T12:00:00.001Z")));
}

TEST(FqdnOneSide, LearnedByAPodThatWasNotChosen) {
  Recording recording({{}, std::nullopt, "kong-uid1"});
  recording.look_up_a("x.example.", 60, join::address, 2);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:00.000", "12:01:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, StartsWith("looked up by kong/kong-uid2 in the trace")));
}

TEST(FqdnOneSide, AnswerThatTheTraceDidNotCredit) {
  Recording recording;
  const dns::Record hint{"x.example.", dns::type::HTTPS, dns::class_in, 60, {*dns::parse_ip(join::address)}, "."};
  recording.look_up("x.example.", dns::type::HTTPS, {hint});
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("held the address, but as a hint only")));
}

TEST(FqdnOneSide, AddressThatTheTraceHasUnderTheTargetOnly) {
  Recording recording;
  recording.chase(60);
  recording.last_until(10);
  const Comparison comparison = compare_with(recording, row(login, ip, 60, "12:00:05.000", "12:01:05.000"));
  EXPECT_THAT(comparison.differences.at(0).why, HasSubstr("the address stands under " + www + " only"));
  EXPECT_THAT(comparison.targets_only, IsEmpty());  // Cilium has it under the origin
}

TEST(FqdnOneSide, LossesOfTheTraceAreAReason) {
  Recording recording;
  recording.see(events::Lost{"dns_ring_full", 7, join::noon});
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("lost DNS messages (dns_ring_full)")));
}

TEST(FqdnOneSide, AnotherEndpointMayBeAnotherPod) {
  Recording recording;
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.last_until(10);
  const std::string rows =
      both("12:00:00.000", "12:01:00.000") + "," + row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000", 812);
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInCilium, StartsWith("endpoint 812 may be another pod")));
  EXPECT_THAT(compare_with(recording, rows, 754).differences, IsEmpty());
}

TEST(FqdnOneSide, AnswerThatTheTraceNeverSaw) {
  Recording recording;
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, AllOf(StartsWith("no answer in the trace gave it: another pod may"),
                                                        HasSubstr("another port than 53"))));
}

}  // namespace
}  // namespace cnamedrop::fqdn
