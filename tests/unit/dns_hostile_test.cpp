// SPDX-License-Identifier: Apache-2.0
// What bytes that no honest resolver sends are refused for, and that they cannot cost more than their size allows.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "dns/message.h"
#include "tests/unit/dns_builder.h"

namespace cnamedrop::dns {
namespace {

// Nothing if it was decoded.
std::optional<DecodeError> refusal(const Decoded& decoded) {
  return decoded.message ? std::nullopt : std::optional(decoded.error);
}
std::optional<DecodeError> refusal(const MessageBuilder& message) { return refusal(decode(message)); }
std::optional<DecodeError> refusal(std::string_view text) {
  const Bytes bytes(text.begin(), text.end());
  return refusal(decode(bytes, bytes.size()));
}

TEST(DecodeHostile, NothingIsTooShort) { EXPECT_EQ(refusal(decode({}, 0)), DecodeError::TooShort); }

TEST(DecodeHostile, OtherProtocolsAreNotDns) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: x.com\r\n\r\n"), DecodeError::NotDns);
  EXPECT_EQ(refusal("SSH-2.0-OpenSSH_9.2\r\n"), DecodeError::NotDns);
  EXPECT_EQ(refusal(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x5a\x11\x22\x33", 15)),
            DecodeError::NotDns);  // a TLS ClientHello
}

TEST(DecodeHostile, CountsThatTheSizeCannotHoldAreNotDns) {
  const MessageBuilder message = MessageBuilder(1).question("x.com", type::A).claim(6, 1000);

  EXPECT_EQ(refusal(message), DecodeError::NotDns);
}

TEST(DecodeHostile, CountsThatTheWireSizeCanHoldAreDnsThatWasCut) {
  const MessageBuilder message = MessageBuilder(1).question("x.com", type::A).claim(6, 1000);

  const Decoded decoded = decode(message.bytes(), 20'000);

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->questions.size(), 1U);
}

TEST(DecodeHostile, UnassignedOpcodesAreNotDns) {
  EXPECT_EQ(refusal(MessageBuilder(1, 3 << 11)), DecodeError::NotDns);
  EXPECT_EQ(refusal(MessageBuilder(1, 7 << 11)), DecodeError::NotDns);
  EXPECT_EQ(refusal(MessageBuilder(1, 6 << 11)), std::nullopt);
}

TEST(DecodeHostile, AMessageThatEndsInARecordIsABadRecord) {
  const MessageBuilder whole = MessageBuilder(1).a("a-long-name.com", 60, "192.0.2.1");
  const Bytes bytes(whole.bytes().begin(), whole.bytes().end() - 1);

  EXPECT_EQ(refusal(decode(bytes, bytes.size())), DecodeError::BadRecord);
}

TEST(DecodeHostile, AnAddressOfTheWrongLengthIsABadRecord) {
  EXPECT_EQ(refusal(MessageBuilder(1).answer("x.com", type::A, 5).address("192.0.2.1").u8(0)), DecodeError::BadRecord);
  EXPECT_EQ(refusal(MessageBuilder(1).answer("x.com", type::AAAA, 4).address("192.0.2.1")), DecodeError::BadRecord);
}

TEST(DecodeHostile, ATargetLongerThanItsDataIsABadRecord) {
  EXPECT_EQ(refusal(MessageBuilder(1).answer("x.com", type::CNAME, 4).name("y.com")), DecodeError::BadRecord);
  EXPECT_EQ(refusal(MessageBuilder(1).answer("x.com", type::SRV, 5).raw({0, 0, 0, 0, 0}).u16(0)),
            DecodeError::BadRecord);
}

TEST(DecodeHostile, ATargetLongerThanItsDataIsNotTakenForACut) {
  const MessageBuilder message = MessageBuilder(1).answer("x.com", type::CNAME, 4).raw({5, 'y', 'y', 'y'});

  EXPECT_EQ(refusal(decode(message.bytes(), 100)), DecodeError::BadRecord);
}

TEST(DecodeHostile, ATargetShorterThanItsDataIsABadRecord) {
  EXPECT_EQ(refusal(MessageBuilder(1).answer("x.com", type::CNAME, 8).name("y.com").u8(0)), DecodeError::BadRecord);
}

TEST(DecodeHostile, AParameterLongerThanItsRecordIsABadRecord) {
  EXPECT_EQ(
      refusal(MessageBuilder(1).answer("x.com", type::HTTPS, 11).u16(1).name("").u16(4).u16(8).address("192.0.2.1")),
      DecodeError::BadRecord);
}

TEST(DecodeHostile, APointerToItselfIsABadPointer) {
  EXPECT_EQ(refusal(MessageBuilder(1).claim(4, 1).pointer(12).u16(type::A).u16(class_in)), DecodeError::BadPointer);
}

TEST(DecodeHostile, APointerForwardsIsABadPointer) {
  EXPECT_EQ(refusal(MessageBuilder(1).claim(4, 1).pointer(18).u16(type::A).u16(class_in).name("x.com")),
            DecodeError::BadPointer);
}

TEST(DecodeHostile, APointerIntoItsOwnNameIsABadPointer) {
  EXPECT_EQ(refusal(MessageBuilder(1).claim(4, 1).u8(1).u8('x').pointer(12).u16(type::A).u16(class_in)),
            DecodeError::BadPointer);
}

TEST(DecodeHostile, APointerIntoItsOwnLabelIsABadPointer) {
  EXPECT_EQ(
      refusal(MessageBuilder(1).claim(4, 1).raw({3, 1, 'x', 0}).pointer(first_name + 1).u16(type::A).u16(class_in)),
      DecodeError::BadPointer);
}

TEST(DecodeHostile, EachPointerLeadsBelowTheOneBefore) {
  EXPECT_EQ(refusal(MessageBuilder(1)
                        .answer("", type::TXT, 5)
                        .pointer(25)
                        .raw({1, 'x', 0})
                        .claim(6, 2)
                        .pointer(23)
                        .u16(type::A)
                        .u16(class_in)
                        .raw(Bytes(6))),
            DecodeError::BadPointer);
}

TEST(DecodeHostile, AReservedLabelTypeIsABadName) {
  EXPECT_EQ(refusal(MessageBuilder(1).claim(4, 1).u8(0x40).raw(Bytes(64, 'x')).u8(0).u16(type::A).u16(class_in)),
            DecodeError::BadName);
  EXPECT_EQ(refusal(MessageBuilder(1).claim(4, 1).u8(0x80).raw(Bytes(64, 'x')).u8(0).u16(type::A).u16(class_in)),
            DecodeError::BadName);
}

TEST(DecodeHostile, APointerPaysForTheWholeNameThatItMakes) {
  const std::string label(63, 'x');
  const std::string name = label + "." + label + "." + label;  // 193 bytes

  EXPECT_EQ(refusal(MessageBuilder(1)
                        .question(name, type::A)
                        .claim(6, 1)
                        .u8(63)
                        .raw(Bytes(63, 'y'))
                        .pointer(first_name)
                        .u16(type::A)
                        .u16(class_in)
                        .raw(Bytes(6))),
            DecodeError::BadName);
}

TEST(DecodeHostile, AFaultBehindTheAnswersCostsOnlyEdns) {
  const Decoded decoded =
      decode(MessageBuilder(1).a("x.com", 60, "192.0.2.1").claim(10, 1).pointer(first_name + 100).raw(Bytes(20)));

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->answers.size(), 1U);
  EXPECT_FALSE(decoded.message->edns_udp_size);
}

// The largest message, all of it aliases between the largest names: a kilobyte each, once escaped.
TEST(DecodeHostile, PointersBlowUpByNoMoreThanTheirRecords) {
  MessageBuilder message(1);
  message.claim(4, 1).raw(Bytes(1, 63)).raw(Bytes(63, 7)).raw(Bytes(1, 63)).raw(Bytes(63, 7));
  message.raw(Bytes(1, 63)).raw(Bytes(63, 7)).raw(Bytes(1, 61)).raw(Bytes(61, 7)).u8(0).u16(type::A).u16(class_in);
  while (message.size() < 65'000) message.answer_to_question(type::CNAME, 2).pointer(first_name);

  const Decoded decoded = decode(message);

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->answers.size(), (message.size() - 12U - 259U) / 14);
  EXPECT_EQ(decoded.message->answers.back().target.size(), 250U * 4 + 4);
}

}  // namespace
}  // namespace cnamedrop::dns
