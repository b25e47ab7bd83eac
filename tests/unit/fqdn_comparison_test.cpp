// How a trace and Cilium's list differ, and which reason is given.
#include <gmock/gmock.h>

#include "fqdn_trace.h"

namespace cnamedrop::fqdn {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* ip = "\"20.190.151.134\"";
constexpr const char* other_ip = "\"192.0.2.1\"";

// The kind and the reason of the only difference.
testing::Matcher<const std::vector<Difference>&> OneIs(DifferenceKind kind, testing::Matcher<std::string> why) {
  return ElementsAre(AllOf(Field(&Difference::kind, kind), Field(&Difference::why, why)));
}

TEST(FqdnComparison, SameRowsAreNoDifference) {
  Recording recording;
  recording.look_up("x.example.", dns::type::A, {a("x.example.", 30), a("x.example.", 30, "192.0.2.1")});
  const Comparison comparison = compare_with(
      recording, row("x.example.", "\"192.0.2.1\",\"20.190.151.134\"", 30, "12:00:00.000", "12:00:30.000"));
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_EQ(comparison.same, 2U);
}

TEST(FqdnComparison, RowsMayBeSplitInAnotherWay) {
  Recording recording;
  recording.look_up("x.example.", dns::type::A, {a("x.example.", 60), a("x.example.", 60, "192.0.2.1")});
  recording.at(10);
  recording.look_up_a("x.example.", 60);
  const std::string older = row("x.example.", "\"192.0.2.1\",\"20.190.151.134\"", 60, "12:00:00.000", "12:01:00.000");
  const std::string newer = row("x.example.", ip, 60, "12:00:10.000", "12:01:10.000");
  EXPECT_THAT(compare_with(recording, older + "," + newer).differences, IsEmpty());
}

// Only in the trace.

TEST(FqdnComparison, EmptyListMeansThatNoDnsPassesTheProxy) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, "").differences,
              OneIs(DifferenceKind::OnlyInTrace, StartsWith("Cilium's list is empty: the pod's DNS may not pass")));
}

TEST(FqdnComparison, NothingOfTheEndpointMeansTheSame) {
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

TEST(FqdnComparison, LearnedBeforeTheListBegins) {
  Recording recording;
  recording.look_up_a("x.example.", 300);
  recording.at(60);
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  EXPECT_THAT(compare_with(recording, both("12:01:00.000", "12:02:00.000")).differences,
              OneIs(DifferenceKind::OnlyInTrace,
                    AllOf(HasSubstr("before the oldest look-up of Cilium's list, 2026-03-01T12:01:00.000Z"),
                          HasSubstr("the agent may have started"))));
}

TEST(FqdnComparison, LearnedAfterTheNewestOfTheList) {
  Recording recording;
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.at(30);
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, both("12:00:00.000", "12:01:00.000")).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("it may have been taken before")));
}

TEST(FqdnComparison, ExpiredBeforeTheListWasTaken) {
  Recording recording;
  recording.look_up_a("x.example.", 10);
  const std::string later = row("late.example.", other_ip, 60, "12:05:00.000", "12:06:00.000");
  EXPECT_THAT(compare_with(recording, later).differences.at(1).why,
              "expired at 2026-03-01T12:00:10.001Z, before Cilium's list was taken: its newest look-up is of "
              "2026-03-01T12:05:00.000Z");
}

TEST(FqdnComparison, AnswersInsideThePodAreNotSeenByTheProxy) {
  Recording recording;
  recording.look_up_at(join::endpoint("127.0.0.1", 53), events::protocol::UDP, "x.example.", {a("x.example.", 30)});
  EXPECT_THAT(compare_with(recording, "").differences,
              OneIs(DifferenceKind::OnlyInTrace, StartsWith("the answer came from 127.0.0.1:53, inside the pod")));
}

TEST(FqdnComparison, AnswersOverTcpOrFromAnotherPortMayNotBeCovered) {
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

TEST(FqdnComparison, MoreAddressesThanCiliumKeeps) {
  Recording recording(with({.max_ips_per_name = 1}));
  recording.look_up("x.example.", dns::type::A, {a("x.example.", 30), a("x.example.", 30, "192.0.2.1")});
  const std::string rows = row("x.example.", other_ip, 30, "12:00:00.000", "12:00:30.000");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OtherAddresses, StartsWith("the name has 2 live addresses in the trace")));
}

TEST(FqdnComparison, KeptInTheTraceByAnOptionAlone) {
  Recording raised(with({.min_ttl_s = 3600}));
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

TEST(FqdnComparison, AMinimumTtlThatCiliumHasTooIsNoReason) {
  Recording recording(with({.min_ttl_s = 3600}));
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.at(1);
  recording.look_up_a("x.example.", 5);
  recording.last_until(60);
  const std::string rows = row("both.example.", other_ip, 3600, "12:00:00.000", "13:00:00.000");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInTrace, HasSubstr("it may have been taken before")));
}

TEST(FqdnComparison, WithoutAReasonOnlyMayBeSaid) {
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

TEST(FqdnComparison, LookedUpBeforeTheTraceBegan) {
  const Recording recording;
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "11:59:00.000", "12:00:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    "looked up at 2026-03-01T11:59:00.000Z, before the trace began at 2026-03-01T12:00:00.000Z"));
}

TEST(FqdnComparison, LookedUpAfterTheTraceEnded) {
  const Recording recording;
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:01:00.000", "12:02:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("later than what the trace's table shows")));
}

TEST(FqdnComparison, KeptByAConnection) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(60);
  const std::string rows = row("x.example.", ip, 0, "12:00:55.000", "12:01:10.000", 754, "connection");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    "its look-up is gone from Cilium, which keeps it for a connection that "
                    "is alive; in the trace it expired at 2026-03-01T12:00:05.001Z"));
}

TEST(FqdnComparison, ExpiredOnBothSides) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(20);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 5, "12:00:00.000", "12:00:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, AllOf(HasSubstr("there it expired at 2026-03-01T12:00:05.001Z"),
                                                        HasSubstr("clears up once a minute"))));
}

TEST(FqdnComparison, ExpiredInTheTraceSinceCiliumRaisesTheTtl) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(20);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 3600, "12:00:00.000", "13:00:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("--min-ttl 3600 shows the same")));
}

TEST(FqdnComparison, ExpiredInTheTraceAndLookedUpAgainUnseen) {
  Recording recording;
  recording.look_up_a("x.example.", 5);
  recording.last_until(30);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:20.000", "12:01:20.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium,
                    StartsWith("the trace saw only another look-up of it, of 2026-03-01T12:00:00.001Z")));
}

TEST(FqdnComparison, LearnedByAPodThatWasNotChosen) {
  Recording recording({{}, std::nullopt, "kong-uid1"});
  recording.look_up_a("x.example.", 60, join::address, 2);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:00.000", "12:01:00.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, StartsWith("looked up by kong/kong-uid2 in the trace")));
}

TEST(FqdnComparison, AnswerThatTheTraceDidNotCredit) {
  Recording recording;
  const dns::Record hint{"x.example.", dns::type::HTTPS, dns::class_in, 60, {*dns::parse_ip(join::address)}, "."};
  recording.look_up("x.example.", dns::type::HTTPS, {hint});
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("held the address, but as a hint only")));
}

TEST(FqdnComparison, AddressThatTheTraceHasUnderTheTargetOnly) {
  Recording recording;
  recording.chase(60);
  recording.last_until(10);
  const Comparison comparison = compare_with(recording, row(login, ip, 60, "12:00:05.000", "12:01:05.000"));
  EXPECT_THAT(comparison.differences.at(0).why, HasSubstr("the address stands under " + www + " only"));
  EXPECT_THAT(comparison.targets_only, IsEmpty());  // Cilium has it under the origin
}

TEST(FqdnComparison, LossesOfTheTraceAreAReason) {
  Recording recording;
  recording.see(events::Lost{"dns_ring_full", 7, join::noon}, 0);
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, HasSubstr("lost DNS messages (dns_ring_full)")));
}

TEST(FqdnComparison, AnotherEndpointMayBeAnotherPod) {
  Recording recording;
  recording.look_up_a("both.example.", 60, "192.0.2.1");
  recording.last_until(10);
  const std::string rows =
      both("12:00:00.000", "12:01:00.000") + "," + row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000", 812);
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::OnlyInCilium, StartsWith("endpoint 812 may be another pod")));
  EXPECT_THAT(compare_with(recording, rows, 754).differences, IsEmpty());
}

TEST(FqdnComparison, AnswerThatTheTraceNeverSaw) {
  Recording recording;
  recording.last_until(10);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:05.000", "12:01:05.000")).differences,
              OneIs(DifferenceKind::OnlyInCilium, AllOf(StartsWith("no answer in the trace gave it: another pod may"),
                                                        HasSubstr("another port than 53"))));
}

// In both.

TEST(FqdnComparison, OtherAddressesOfOneName) {
  Recording recording;
  recording.look_up_a("x.example.", 60);
  recording.last_until(10);
  const Comparison comparison =
      compare_with(recording, row("x.example.", other_ip, 60, "12:00:05.000", "12:01:05.000"));
  ASSERT_THAT(comparison.differences, SizeIs(2));
  for (const Difference& difference : comparison.differences)
    EXPECT_EQ(difference.kind, DifferenceKind::OtherAddresses);
}

TEST(FqdnComparison, AddressesThatDifferInOneWayAreOneDifference) {
  const Recording recording;
  const std::string rows = row("x.example.", "\"192.0.2.1\",\"20.190.151.134\"", 60, "11:59:00.000", "12:00:00.000");
  const Comparison comparison = compare_with(recording, rows);
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_THAT(comparison.differences[0].ips, SizeIs(2));
}

TEST(FqdnComparison, KeptByAConnectionWhileTheTraceHasItLive) {
  Recording recording;
  recording.look_up_a("x.example.", 60);
  const std::string rows = row("x.example.", ip, 0, "12:00:00.000", "12:01:10.000", 754, "connection");
  EXPECT_THAT(compare_with(recording, rows).differences,
              OneIs(DifferenceKind::Connection, HasSubstr("it holds until 2026-03-01T12:01:00.001Z")));
}

TEST(FqdnComparison, AShorterTtlThanCiliumsMayBeItsMinimum) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  recording.look_up_a("y.example.", 7200, "192.0.2.1");
  const std::string rows = row("x.example.", ip, 3600, "12:00:00.000", "13:00:00.000") + "," +
                           row("y.example.", other_ip, 7200, "12:00:00.000", "14:00:00.000");
  EXPECT_THAT(
      compare_with(recording, rows).differences,
      OneIs(DifferenceKind::OtherTtl, AllOf(HasSubstr("tofqdns-min-ttl may be 3600"), HasSubstr("--min-ttl 3600"))));
}

TEST(FqdnComparison, WithTheMinimumTtlOfCiliumThereIsNoDifference) {
  Recording recording(with({.min_ttl_s = 3600}));
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 3600, "12:00:00.000", "13:00:00.000")).differences,
              IsEmpty());
}

TEST(FqdnComparison, TwoRaisedTtlsAreNoMinimum) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  recording.look_up_a("y.example.", 30, "192.0.2.1");
  const std::string rows = row("x.example.", ip, 60, "12:00:00.000", "12:01:00.000") + "," +
                           row("y.example.", other_ip, 90, "12:00:00.000", "12:01:30.000");
  for (const Difference& difference : compare_with(recording, rows).differences)
    EXPECT_THAT(difference.why, StartsWith("they may be of two answers"));
}

TEST(FqdnComparison, ATtlThatOnlyTheTraceRaised) {
  Recording recording(with({.min_ttl_s = 3600}));
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 30, "12:00:00.000", "12:00:30.000")).differences,
              OneIs(DifferenceKind::OtherTtl, "--min-ttl raised the answer's TTL of 30 to 3600; Cilium did not"));
}

TEST(FqdnComparison, AnExpiryThatIsNotThatOfTheTtl) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 30, "12:00:00.000", "12:05:00.000")).differences,
              OneIs(DifferenceKind::OtherExpiry,
                    "by its look-up and TTL Cilium's would expire at "
                    "2026-03-01T12:00:30.000Z, and not at 2026-03-01T12:05:00.000Z"));
}

TEST(FqdnComparison, DifferentLookUpsOfOneAddress) {
  Recording recording;
  recording.at(30);
  recording.look_up_a("x.example.", 60);
  const auto why = [&](const std::string& looked_up, const std::string& expires, int ttl) {
    const Comparison comparison = compare_with(recording, row("x.example.", ip, ttl, looked_up, expires));
    return comparison.differences.at(0).kind == DifferenceKind::OtherLookup ? comparison.differences[0].why : "";
  };
  EXPECT_THAT(why("12:00:00.000", "12:10:00.000", 600), HasSubstr("keeps the look-up that lives longest, until"));
  EXPECT_THAT(why("12:00:00.000", "12:01:00.000", 60), HasSubstr("may not have seen the later look-up of the trace"));
  EXPECT_THAT(why("12:10:00.000", "12:11:00.000", 60), HasSubstr("later than what the trace's table shows"));
  recording.last_until(50);
  EXPECT_THAT(why("12:00:40.000", "12:01:40.000", 60), HasSubstr("the trace saw no answer of then"));
}

// The founding case.

TEST(FqdnComparison, AddressThatBothHaveUnderTheTargetOnlyIsPointedOut) {
  Recording recording;
  recording.chase(60);
  const Comparison comparison = compare_with(recording, row(www, ip, 60, "12:00:00.000", "12:01:00.000"));
  EXPECT_THAT(comparison.differences, IsEmpty());
  ASSERT_THAT(comparison.targets_only, SizeIs(1));
  EXPECT_EQ(comparison.targets_only[0].pod, "kong/kong-uid1");
  EXPECT_EQ(comparison.targets_only[0].fqdn, www);
  EXPECT_THAT(comparison.targets_only[0].origins, ElementsAre(login));
}

TEST(FqdnComparison, AddressThatTheOriginHasTooIsNot) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 60)});
  recording.look_up_a(www, 60);
  const std::string rows =
      row(www, ip, 60, "12:00:00.000", "12:01:00.000") + "," + row(login, ip, 60, "12:00:00.000", "12:01:00.000");
  EXPECT_THAT(compare_with(recording, rows).targets_only, IsEmpty());
}

}  // namespace
}  // namespace cnamedrop::fqdn
