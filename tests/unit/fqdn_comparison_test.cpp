// SPDX-License-Identifier: Apache-2.0
// What counts as the same, how what both sides have may differ, and what is pointed out.
#include <gmock/gmock.h>

#include "fqdn_trace.h"

namespace cnamedrop::fqdn {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

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

TEST(FqdnComparison, OfSeveralPodsTheLookUpThatLivesLongestCounts) {
  Recording recording;
  recording.look_up_a("x.example.", 60);
  recording.at(10);
  recording.look_up_a("x.example.", 5, join::address, 2);
  EXPECT_THAT(compare_with(recording, row("x.example.", ip, 60, "12:00:00.000", "12:01:00.000")).differences,
              IsEmpty());
}

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
  Recording recording(with({.min_ttl = std::chrono::seconds(3600)}));
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
  Recording recording(with({.min_ttl = std::chrono::seconds(3600)}));
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

TEST(FqdnComparison, AddressThatCiliumHasUnderTheOriginTooIsNot) {
  Recording recording;
  recording.chase(60);
  const std::string rows =
      row(www, ip, 60, "12:00:00.000", "12:01:00.000") + "," + row(login, ip, 60, "12:00:00.000", "12:01:00.000");
  EXPECT_THAT(compare_with(recording, rows).targets_only, IsEmpty());
}

TEST(FqdnComparison, AddressThatOnlyTheTraceHasIsNot) {
  Recording recording;
  recording.chase(60);
  EXPECT_THAT(compare_with(recording, "").targets_only, IsEmpty());
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
