// SPDX-License-Identifier: Apache-2.0
// The queue that gives drop records their counts, against counters that a test turns.
#include <gmock/gmock.h>

#include <map>

#include "capture/drop_windows.h"

namespace cnamedrop::capture {
namespace {

using events::Dropped;
using events::Observation;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t window_ns = 10;
constexpr std::uint64_t long_after = 10'000'000'000;

class TurnedCounters : public WindowCounters {
 public:
  std::optional<DropCount> coalesced(const drop_key& key) override {
    const auto found = totals.find(key.remote_port);
    return found == totals.end() ? std::nullopt : std::optional(DropCount{found->second, found->second});
  }
  void forget(const drop_key& key) override { totals.erase(key.remote_port); }

  std::map<std::uint16_t, std::uint64_t> totals;  // by remote port
};

drop_key key_of(std::uint16_t port) {
  drop_key key{};
  key.remote_port = port;
  return key;
}

Dropped dropped(std::uint64_t packets, std::uint64_t skbs) {
  Dropped drop;
  drop.count = packets;
  drop.skbs = skbs;
  return drop;
}

Observation drop_at(std::int64_t nanoseconds) { return {Time(Duration(nanoseconds)), dropped(1, 1)}; }
Observation loss_at(std::int64_t nanoseconds) { return {Time(Duration(nanoseconds)), events::Lost{"dns_tcp", 1, {}}}; }

std::vector<std::uint64_t> counts_of(const std::vector<Observation>& observations) {
  std::vector<std::uint64_t> counts;
  for (const Observation& observation : observations)
    if (const auto* drop = std::get_if<Dropped>(&observation.what)) counts.push_back(drop->count);
  return counts;
}

class DropWindowsTest : public testing::Test {
 protected:
  TurnedCounters counters;
  DropWindows windows{counters, window_ns, 4};
  std::vector<Observation> out;
};

TEST_F(DropWindowsTest, ADropWaitsUntilItsWindowIsOver) {
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(109, out);
  EXPECT_THAT(out, IsEmpty());
  windows.release(110, out);
  EXPECT_THAT(counts_of(out), ElementsAre(1));
}

TEST_F(DropWindowsTest, CoalescedDropsAreInTheCount) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  counters.totals[443] = 6;
  windows.release(110, out);
  EXPECT_THAT(counts_of(out), ElementsAre(7));
  EXPECT_EQ(windows.released(), (DropCount{7, 7}));
}

TEST_F(DropWindowsTest, PacketsAndBuffersAreCountedEachForItself) {
  counters.totals[443] = 6;
  windows.add_drop({Time(Duration(100)), dropped(40, 1)}, key_of(443), 100);
  windows.release(110, out);
  EXPECT_EQ(std::get<Dropped>(out.at(0).what).count, 46U);
  EXPECT_EQ(std::get<Dropped>(out.at(0).what).skbs, 7U);
  EXPECT_EQ(windows.released(), (DropCount{46, 7}));
}

TEST_F(DropWindowsTest, ASecondWindowCountsOnlyWhatIsNew) {
  counters.totals[443] = 6;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  counters.totals[443] = 8;
  windows.add_drop(drop_at(200), key_of(443), 200);
  windows.release(210, out);
  EXPECT_THAT(counts_of(out), ElementsAre(7, 3));
}

TEST_F(DropWindowsTest, WhatComesBehindADropKeepsItsPlace) {
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.add(loss_at(105));
  windows.release(109, out);
  EXPECT_THAT(out, IsEmpty());
  windows.release(110, out);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].time, Time(Duration(100)));
  EXPECT_EQ(out[1].time, Time(Duration(105)));
}

TEST_F(DropWindowsTest, WhatWaitsForNoDropGoesAtOnce) {
  windows.add(loss_at(105));
  windows.release(105, out);
  EXPECT_EQ(out.size(), 1U);
}

TEST_F(DropWindowsTest, TheQueueIsBounded) {
  for (std::uint16_t port = 1; port <= 6; ++port) windows.add_drop(drop_at(100), key_of(port), 100);
  windows.release(100, out);
  EXPECT_EQ(out.size(), 2U);
}

TEST_F(DropWindowsTest, ACountThatCameLateGoesOutAsADropOfItsOwn) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  counters.totals[443] = 5;
  windows.sweep(long_after, Time(Duration(long_after)));
  windows.release(long_after, out);
  EXPECT_THAT(counts_of(out), ElementsAre(1, 5));
  EXPECT_EQ(windows.released(), (DropCount{6, 6}));
}

TEST_F(DropWindowsTest, ALateCountDoesNotStepBackInTime) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  windows.add(loss_at(200));
  counters.totals[443] = 5;
  windows.sweep(long_after, Time(Duration(long_after)));
  windows.release(long_after, out);
  EXPECT_TRUE(std::is_sorted(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.time < b.time; }));
}

TEST_F(DropWindowsTest, ASilentKeyIsForgottenInTheKernelToo) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  windows.sweep(long_after, Time(Duration(long_after)));
  windows.release(long_after, out);
  EXPECT_THAT(counters.totals, IsEmpty());
}

TEST_F(DropWindowsTest, ABusyKeyIsNotForgotten) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  windows.sweep(111, Time(Duration(111)));
  EXPECT_EQ(counters.totals.size(), 1U);
}

TEST_F(DropWindowsTest, CloseLetsEverythingOutWithItsCounts) {
  counters.totals[443] = 0;
  windows.add_drop(drop_at(100), key_of(443), 100);
  windows.release(110, out);
  counters.totals[443] = 2;
  windows.add_drop(drop_at(120), key_of(80), 120);
  windows.close(Time(Duration(130)), out);
  EXPECT_THAT(counts_of(out), ElementsAre(1, 1, 2));
}

}  // namespace
}  // namespace cnamedrop::capture
