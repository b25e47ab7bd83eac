// SPDX-License-Identifier: Apache-2.0
// DNS over TCP: from segments to messages, whatever the network and the capture did to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dns/tcp_stream.h"
#include "tests/unit/dns_builder.h"

namespace cnamedrop::dns {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

// The length prefix and a body of as many bytes: "05abcde".
Bytes framed(std::string_view body) {
  Bytes bytes = {static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size() & 0xff)};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

Bytes framed_query(std::uint16_t id) {
  const Bytes query = MessageBuilder(id, query_flags).question("x.com", type::A).bytes();
  return framed(std::string_view(reinterpret_cast<const char*>(query.data()), query.size()));
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes part(const Bytes& bytes, std::size_t from, std::size_t to) {
  return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

auto message(std::string_view body) {
  return testing::AllOf(Field(&StreamMessage::bytes, Bytes(body.begin(), body.end())),
                        Field(&StreamMessage::wire_size, body.size()));
}

auto cut_message(std::string_view captured, std::size_t wire_size) {
  return testing::AllOf(Field(&StreamMessage::bytes, Bytes(captured.begin(), captured.end())),
                        Field(&StreamMessage::wire_size, wire_size));
}

class TcpStream : public testing::Test {
 protected:
  static StreamKey key(std::uint16_t local_port) {
    return {1, {parse_ip("10.0.0.2").value(), local_port}, {parse_ip("10.96.0.10").value(), 53}, true};
  }

  std::vector<StreamMessage> syn(std::uint32_t sequence, std::uint16_t port = 1) {
    return streams_.add(key(port), {sequence, true, {}, 0});
  }
  std::vector<StreamMessage> add(std::uint32_t sequence, const Bytes& payload, std::uint16_t port = 1) {
    return streams_.add(key(port), {sequence, false, payload, static_cast<std::uint32_t>(payload.size())});
  }
  // Of payload_size bytes the capture kept the first.
  std::vector<StreamMessage> add_cut(std::uint32_t sequence, const Bytes& captured, std::uint32_t payload_size) {
    return streams_.add(key(1), {sequence, false, captured, payload_size});
  }
  const TcpStreamCounters& counters() const { return streams_.counters(); }

  TcpStreams streams_{2, 1000};
};

TEST_F(TcpStream, AMessageInOneSegment) {
  syn(99);

  EXPECT_THAT(add(100, framed("hello")), ElementsAre(message("hello")));
}

TEST_F(TcpStream, SeveralMessagesInOneSegment) {
  syn(99);

  EXPECT_THAT(add(100, framed("one") + framed("two") + framed("three")),
              ElementsAre(message("one"), message("two"), message("three")));
}

TEST_F(TcpStream, AMessageInSeveralSegmentsWithItsLengthSplit) {
  syn(99);

  EXPECT_THAT(add(100, {0}), IsEmpty());
  EXPECT_THAT(add(101, {5, 'h'}), IsEmpty());
  EXPECT_THAT(add(103, {'e', 'l', 'l'}), IsEmpty());
  EXPECT_THAT(add(106, Bytes{'o'} + framed("next")), ElementsAre(message("hello"), message("next")));
}

TEST_F(TcpStream, AMessageOfNoBytes) {
  syn(99);

  EXPECT_THAT(add(100, framed("") + framed("x")), ElementsAre(message(""), message("x")));
}

TEST_F(TcpStream, PayloadOnTheSyn) {
  const Bytes payload = framed("fast");

  EXPECT_THAT(streams_.add(key(1), {99, true, payload, 6}), ElementsAre(message("fast")));
  EXPECT_THAT(add(106, framed("next")), ElementsAre(message("next")));
}

TEST_F(TcpStream, SequenceNumbersWrap) {
  syn(0xfffffffc);

  EXPECT_THAT(add(0xfffffffd, part(framed("hello"), 0, 4)), IsEmpty());
  EXPECT_THAT(add(1, part(framed("hello"), 4, 7)), ElementsAre(message("hello")));
  EXPECT_THAT(add(4, framed("next")), ElementsAre(message("next")));
}

TEST_F(TcpStream, RetransmissionsAreNotTakenTwice) {
  syn(99);
  add(100, part(framed("hello"), 0, 4));

  EXPECT_THAT(add(100, part(framed("hello"), 0, 4)), IsEmpty());
  EXPECT_THAT(add(104, part(framed("hello"), 4, 7)), ElementsAre(message("hello")));
  EXPECT_THAT(add(100, framed("hello")), IsEmpty());
}

TEST_F(TcpStream, OverlappingSegmentsAreTakenOnce) {
  syn(99);
  add(100, part(framed("hello"), 0, 4));

  EXPECT_THAT(add(102, part(framed("hello"), 2, 7)), ElementsAre(message("hello")));
}

TEST_F(TcpStream, SegmentsOutOfOrderWaitForTheirTurn) {
  syn(99);

  EXPECT_THAT(add(106, part(framed("hello"), 6, 7) + framed("next")), IsEmpty());
  EXPECT_THAT(add(103, part(framed("hello"), 3, 6)), IsEmpty());
  EXPECT_THAT(add(100, part(framed("hello"), 0, 3)), ElementsAre(message("hello"), message("next")));
}

TEST_F(TcpStream, SegmentsOutOfOrderMayOverlap) {
  syn(99);
  add(104, part(framed("hello"), 4, 7));
  add(102, part(framed("hello"), 2, 6));

  EXPECT_THAT(add(100, part(framed("hello"), 0, 3)), ElementsAre(message("hello")));
}

TEST_F(TcpStream, OfTwoWaitingSegmentsTheLongerOneStays) {
  syn(99);
  add(103, part(framed("hello"), 3, 5));
  add(103, part(framed("hello"), 3, 7));
  add(103, part(framed("hello"), 3, 4));

  EXPECT_THAT(add(100, part(framed("hello"), 0, 3)), ElementsAre(message("hello")));
}

TEST_F(TcpStream, ASynStartsAnew) {
  syn(99);
  add(100, part(framed("hello"), 0, 4));
  syn(7000);

  EXPECT_THAT(add(7001, framed("again")), ElementsAre(message("again")));
}

TEST_F(TcpStream, DirectionsAreStreamsOfTheirOwn) {
  StreamKey incoming = key(1);
  incoming.outgoing = false;
  const Bytes answer = framed("answer");
  syn(99);
  streams_.add(incoming, {499, true, {}, 0});

  EXPECT_THAT(add(100, part(framed("question"), 0, 4)), IsEmpty());
  EXPECT_THAT(streams_.add(incoming, {500, false, answer, 8}), ElementsAre(message("answer")));
  EXPECT_THAT(add(104, part(framed("question"), 4, 10)), ElementsAre(message("question")));
}

TEST_F(TcpStream, WithoutItsSynAStreamBeginsWithAWholeMessage) {
  EXPECT_THAT(add(5000, framed_query(1)), SizeIs(1));
  EXPECT_THAT(add(5000 + 25, framed("any")), ElementsAre(message("any")));
  EXPECT_EQ(counters().unsynchronised, 0U);
}

TEST_F(TcpStream, WithoutItsSynOtherSegmentsAreCounted) {
  EXPECT_THAT(add(5000, part(framed_query(1), 0, 20)), IsEmpty());       // not all of a message
  EXPECT_THAT(add(6000, framed_query(1) + framed_query(2)), IsEmpty());  // more than one
  EXPECT_THAT(add(7000, framed("not a DNS message")), IsEmpty());
  EXPECT_THAT(add(8000, {0}), IsEmpty());
  EXPECT_EQ(counters().unsynchronised, 4U);
}

TEST_F(TcpStream, AcknowledgementsAreNotCounted) {
  EXPECT_THAT(add(5000, {}), IsEmpty());
  EXPECT_EQ(counters().unsynchronised, 0U);
}

TEST_F(TcpStream, WithoutItsSynACutMessageBeginsAStream) {
  const Bytes query = framed_query(1);

  EXPECT_THAT(add_cut(5000, part(query, 0, 20), 25), ElementsAre(Field(&StreamMessage::wire_size, 23U)));
  EXPECT_THAT(add(5025, framed("next")), ElementsAre(message("next")));
}

TEST_F(TcpStream, ASegmentFarAheadIsOfAnotherConnection) {
  syn(99);

  EXPECT_THAT(add(100 + 0x40000000, framed_query(1)), SizeIs(1));
}

TEST_F(TcpStream, ASegmentFarBehindIsOfAnotherConnection) {
  syn(99);

  EXPECT_THAT(add(100U - 0x40000000U, framed_query(1)), SizeIs(1));
}

TEST_F(TcpStream, ACutSegmentLeavesAHoleInItsMessage) {
  syn(99);

  EXPECT_THAT(add_cut(100, part(framed("hello"), 0, 4), 7), ElementsAre(cut_message("he", 5)));
  EXPECT_THAT(add(107, framed("next")), ElementsAre(message("next")));
  EXPECT_EQ(counters().lost_messages, 0U);
}

TEST_F(TcpStream, BehindAHoleBytesOnlyCount) {
  syn(99);

  EXPECT_THAT(add_cut(100, part(framed("hello"), 0, 4), 5), IsEmpty());
  EXPECT_THAT(add(105, Bytes{'l', 'o'} + framed("next")), ElementsAre(cut_message("he", 5), message("next")));
}

TEST_F(TcpStream, ACutSegmentMayWaitForItsTurn) {
  syn(99);

  EXPECT_THAT(add_cut(103, {'e'}, 4), IsEmpty());
  EXPECT_THAT(add(107, framed("next")), IsEmpty());
  EXPECT_THAT(add(100, part(framed("hello"), 0, 3)), ElementsAre(cut_message("he", 5), message("next")));
}

TEST_F(TcpStream, ALengthThatTheCaptureCutLosesTheFraming) {
  syn(99);

  EXPECT_THAT(add_cut(100, part(framed("hello"), 0, 4), 20), ElementsAre(cut_message("he", 5)));
  EXPECT_EQ(counters().lost_messages, 1U);
  EXPECT_THAT(add(120, framed("next")), IsEmpty());
  EXPECT_EQ(counters().unsynchronised, 1U);
  EXPECT_THAT(add(126, framed_query(1)), SizeIs(1));
}

TEST_F(TcpStream, HalfALengthLosesTheFraming) {
  syn(99);

  EXPECT_THAT(add_cut(100, {0}, 7), IsEmpty());
  EXPECT_EQ(counters().lost_messages, 1U);
}

TEST_F(TcpStream, TooManyBytesOutOfOrderLoseTheFraming) {
  syn(99);

  EXPECT_THAT(add(200, Bytes(500)), IsEmpty());
  EXPECT_EQ(counters().overflowed_streams, 0U);
  EXPECT_THAT(add(700, Bytes(500)), IsEmpty());
  EXPECT_EQ(counters().overflowed_streams, 1U);
  EXPECT_THAT(add(1200, framed_query(1)), SizeIs(1));
}

TEST_F(TcpStream, TheSameSegmentOutOfOrderIsHeldOnce) {
  syn(99);
  add(110, Bytes(500));
  add(110, Bytes(500));
  add(110, Bytes(501));

  EXPECT_EQ(counters().overflowed_streams, 0U);
}

TEST_F(TcpStream, TinySegmentsOutOfOrderAreBoundedToo) {
  syn(99);
  add(110, {1});
  add(120, {1});
  add(130, {1});
  add(140, {1});
  add(150, {1});
  add(160, {1});
  add(170, {1});
  EXPECT_EQ(counters().overflowed_streams, 0U);

  add(180, {1});
  EXPECT_EQ(counters().overflowed_streams, 1U);
}

TEST_F(TcpStream, WhatWasHeldAndTakenNoLongerCounts) {
  syn(99);
  add(101, Bytes(700));
  add(100, Bytes(1));
  add(802, Bytes(700));

  EXPECT_EQ(counters().overflowed_streams, 0U);
}

TEST_F(TcpStream, TheStreamIdleLongestGoes) {
  syn(99, 1);
  add(100, part(framed("hello"), 0, 4), 1);
  syn(99, 2);
  add(100, part(framed("hello"), 0, 4), 2);
  add(104, part(framed("hello"), 4, 5), 1);
  syn(99, 3);

  EXPECT_EQ(counters().evicted_streams, 1U);
  EXPECT_THAT(add(105, part(framed("hello"), 5, 7), 1), ElementsAre(message("hello")));
  EXPECT_THAT(add(104, part(framed("hello"), 4, 7), 2), IsEmpty());
}

TEST_F(TcpStream, AStreamBetweenMessagesIsNoLossToEvict) {
  syn(99, 1);
  add(100, framed("hello"), 1);
  syn(99, 2);
  syn(99, 3);

  EXPECT_EQ(counters().evicted_streams, 0U);
}

TEST_F(TcpStream, SegmentsThatBeginNoStreamEvictNone) {
  syn(99, 1);
  syn(99, 2);
  add(5000, {1, 2, 3}, 3);
  add(5000, {1, 2, 3}, 4);

  EXPECT_THAT(add(100, framed("hello"), 1), ElementsAre(message("hello")));
}

}  // namespace
}  // namespace cnamedrop::dns
