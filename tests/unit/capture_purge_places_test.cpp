// SPDX-License-Identifier: Apache-2.0
// Code ranges of functions that free what nobody dropped, from a kallsyms file of our own.
#include <gmock/gmock.h>

#include "capture/purge_places.h"
#include "temp_tree.h"

namespace cnamedrop::capture {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Features newest{true, true, true, true};
constexpr Features without_rx_socket{true, false, true, true};
constexpr std::string_view table =
    "ffffffff81000100 t skb_release_data\nffffffff81000200 t next\nffffffff81000300 T tcp_v4_rcv\n"
    "ffffffff81000400 T udp_destruct_common\nffffffff81000500 T udp_destruct_common_of_another\n"
    "ffffffff81000600 t inet_sock_destruct.cold\nffffffff81000700 D data\nffffffff81000800 T end\n";

events::Dropped freed_at(std::uint64_t location, const char* reason) {
  events::Dropped drop;
  drop.location = location;
  drop.reason_number = 2;
  drop.reason = reason;
  return drop;
}
events::Dropped unspecified_at(std::uint64_t location) { return freed_at(location, "SKB_DROP_REASON_NOT_SPECIFIED"); }

class PurgePlacesTest : public TempTree {
 protected:
  PurgePlaces places(const Features& features, std::string_view symbols = table) {
    return PurgePlaces::read(features, file("kallsyms", symbols).string());
  }
};

TEST_F(PurgePlacesTest, WhatTheEndOfASocketFreesIsPurgedWhateverTheReason) {
  EXPECT_TRUE(places(newest).is_purge(freed_at(0xffffffff81000412, "SKB_DROP_REASON_QUEUE_PURGE")));
}

TEST_F(PurgePlacesTest, TheNextFunctionIsAnotherPlace) {
  EXPECT_FALSE(places(newest).is_purge(unspecified_at(0xffffffff81000512)));
  EXPECT_FALSE(places(newest).is_purge(unspecified_at(0xffffffff81000200)));
  EXPECT_FALSE(places(newest).is_purge(unspecified_at(0xffffffff810000ff)));
}

TEST_F(PurgePlacesTest, APartThatTheCompilerSplitOffIsTheSamePlace) {
  EXPECT_TRUE(places(newest).is_purge(unspecified_at(0xffffffff81000612)));
}

TEST_F(PurgePlacesTest, AReasonOfItsOwnMakesADropOfTheRestOfADatagram) {
  EXPECT_TRUE(places(newest).is_purge(unspecified_at(0xffffffff81000112)));
  EXPECT_FALSE(places(newest).is_purge(freed_at(0xffffffff81000112, "SKB_DROP_REASON_NETFILTER_DROP")));
}

TEST_F(PurgePlacesTest, TheReceivingFunctionIsAPlaceOnlyWhereTheKernelDoesNotTellTheSocket) {
  EXPECT_FALSE(places(newest).is_purge(unspecified_at(0xffffffff81000312)));
  EXPECT_TRUE(places(without_rx_socket).is_purge(unspecified_at(0xffffffff81000312)));
}

TEST_F(PurgePlacesTest, WithoutReasonsTheReceivingFunctionTellsNothing) {
  events::Dropped drop;
  drop.location = 0xffffffff81000312;
  EXPECT_FALSE(places(Features{false, false, true, true}).is_purge(drop));
}

TEST_F(PurgePlacesTest, SymbolsOfAModuleStandInAnyOrder) {
  const PurgePlaces found = places(without_rx_socket,
                                   "ffffffffc0000300 t after\t[af_packet]\nffffffffc0000200 t packet_rcv\t[af_packet]\n"
                                   "ffffffffc0000900 t far\t[af_packet]\n");
  EXPECT_TRUE(found.is_purge(unspecified_at(0xffffffffc0000212)));
  EXPECT_FALSE(found.is_purge(unspecified_at(0xffffffffc0000300)));
}

TEST_F(PurgePlacesTest, ARuleWithoutASymbolIsOffAndSaysSo) {
  EXPECT_THAT(places(newest).off(), Contains("queues_of_sockets"));
  EXPECT_THAT(places(newest).off(), Not(Contains("udp_sockets")));
}

TEST_F(PurgePlacesTest, HiddenAddressesTurnAllOff) {
  const PurgePlaces hidden = places(newest, "0000000000000000 T udp_destruct_common\n0000000000000000 T next\n");
  EXPECT_THAT(hidden.ranges(), IsEmpty());
  EXPECT_THAT(hidden.off(), SizeIs(4));
}

TEST_F(PurgePlacesTest, RangesAreSorted) {
  const std::vector<purge_range> ranges = places(without_rx_socket).ranges();
  EXPECT_THAT(ranges, SizeIs(4));
  EXPECT_TRUE(
      std::is_sorted(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; }));
}

}  // namespace
}  // namespace cnamedrop::capture
