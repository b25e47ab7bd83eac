// SPDX-License-Identifier: Apache-2.0
// What a well-formed message decodes to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns/message.h"
#include "tests/unit/dns_builder.h"

namespace cnamedrop::dns {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }

TEST(Decode, ReadsTheHeader) {
  const Decoded decoded = decode(MessageBuilder(11734, 0x8583));

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->id, 11734);
  EXPECT_TRUE(decoded.message->response);
  EXPECT_EQ(decoded.message->opcode, 0);
  EXPECT_TRUE(decoded.message->authoritative);
  EXPECT_FALSE(decoded.message->truncated);
  EXPECT_TRUE(decoded.message->recursion_desired);
  EXPECT_TRUE(decoded.message->recursion_available);
  EXPECT_EQ(decoded.message->rcode, rcode::NXDOMAIN);
  EXPECT_EQ(decoded.message->size, 12U);
  EXPECT_FALSE(decoded.message->cut);
}

TEST(Decode, ReadsTheOpcodeAndTheRareFlags) {
  const Decoded decoded = decode(MessageBuilder(1, 0x2230));  // NOTIFY, TC, AD, CD

  ASSERT_TRUE(decoded.message);
  EXPECT_FALSE(decoded.message->response);
  EXPECT_EQ(decoded.message->opcode, 4);
  EXPECT_FALSE(decoded.message->authoritative);
  EXPECT_TRUE(decoded.message->truncated);
  EXPECT_FALSE(decoded.message->recursion_desired);
  EXPECT_TRUE(decoded.message->authentic_data);
  EXPECT_TRUE(decoded.message->checking_disabled);
}

TEST(Decode, ReadsTheQuestionInCanonicalForm) {
  const Decoded decoded = decode(MessageBuilder(1, query_flags).question("Login.MicrosoftOnline.com", type::CNAME));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->questions, ElementsAre(Question{"login.microsoftonline.com.", type::CNAME, class_in}));
  EXPECT_THAT(decoded.message->answers, IsEmpty());
}

TEST(Decode, ReadsNoQuestion) {
  const Decoded decoded = decode(MessageBuilder(1).a("x.com", 60, "192.0.2.1"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->questions, IsEmpty());
  EXPECT_THAT(decoded.message->answers, SizeIs(1));
}

TEST(Decode, ReadsEveryQuestion) {
  const Decoded decoded =
      decode(MessageBuilder(1, query_flags).question("x.com", type::A).question("y.com", type::AAAA));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->questions,
              ElementsAre(Question{"x.com.", type::A, class_in}, Question{"y.com.", type::AAAA, class_in}));
}

TEST(Decode, ReadsTheQuestionForTheRoot) {
  const Decoded decoded = decode(MessageBuilder(1, query_flags).question("", type::NS));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->questions, ElementsAre(Question{".", type::NS, class_in}));
}

TEST(Decode, ReadsAnAliasAndItsAddresses) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .question("x.com", type::A)
                                     .cname("x.com", 300, "y.net")
                                     .a("y.net", 20, "192.0.2.1")
                                     .aaaa("y.net", 30, "2001:db8::1"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers,
              ElementsAre(Record{"x.com.", type::CNAME, class_in, 300, {}, "y.net."},
                          Record{"y.net.", type::A, class_in, 20, {ip("192.0.2.1")}, ""},
                          Record{"y.net.", type::AAAA, class_in, 30, {ip("2001:db8::1")}, ""}));
}

TEST(Decode, FollowsAPointerInAnOwnerAndInATarget) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .question("www.x.com", type::CNAME)
                                     .answer_to_question(type::CNAME, 6)
                                     .u8(3)
                                     .raw({'f', 't', 'p'})
                                     .pointer(first_name + 4));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Record{"www.x.com.", type::CNAME, class_in, 60, {}, "ftp.x.com."}));
}

TEST(Decode, ReadsTheTargetOfDnameNsAndPtr) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .answer("x.com", type::DNAME, 7)
                                     .name("d.com")
                                     .answer("x.com", type::NS, 7)
                                     .name("n.com")
                                     .answer("x.com", type::PTR, 7)
                                     .name("p.com"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Field(&Record::target, "d.com."), Field(&Record::target, "n.com."),
                                                    Field(&Record::target, "p.com.")));
}

TEST(Decode, ReadsTheTargetOfSrvBehindThePort) {
  const Decoded decoded =
      decode(MessageBuilder(1).answer("_ldap._tcp.x.com", type::SRV, 13).u16(0).u16(5).u16(389).name("d.com"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers,
              ElementsAre(Record{"_ldap._tcp.x.com.", type::SRV, class_in, 60, {}, "d.com."}));
}

TEST(Decode, ReadsTheAddressHintsOfHttps) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .answer("x.com", type::HTTPS, 2 + 1 + 4 + 3 + 4 + 8 + 4 + 16)
                                     .u16(1)
                                     .name("")
                                     .u16(1)  // alpn
                                     .u16(3)
                                     .raw({2, 'h', '2'})
                                     .u16(4)  // ipv4hint
                                     .u16(8)
                                     .address("192.0.2.1")
                                     .address("192.0.2.2")
                                     .u16(6)  // ipv6hint
                                     .u16(16)
                                     .address("2001:db8::1"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers,
              ElementsAre(Record{
                  "x.com.", type::HTTPS, class_in, 60, {ip("192.0.2.1"), ip("192.0.2.2"), ip("2001:db8::1")}, "."}));
}

TEST(Decode, ReadsTheTargetOfSvcbInAliasForm) {
  const Decoded decoded = decode(MessageBuilder(1).answer("x.com", type::SVCB, 9).u16(0).name("y.com"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Record{"x.com.", type::SVCB, class_in, 60, {}, "y.com."}));
}

TEST(Decode, SkipsTheDataOfOtherTypes) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .answer("x.com", type::TXT, 3)
                                     .raw({2, 0xc0, 0xff})
                                     .answer("x.com", 65280, 0)
                                     .a("x.com", 60, "192.0.2.1"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Record{"x.com.", type::TXT, class_in, 60, {}, ""},
                                                    Record{"x.com.", 65280, class_in, 60, {}, ""},
                                                    Record{"x.com.", type::A, class_in, 60, {ip("192.0.2.1")}, ""}));
}

TEST(Decode, SkipsTheDataOfOtherClasses) {
  const Decoded decoded = decode(MessageBuilder(1).answer("x.com", type::A, 2, 3).u16(7));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Record{"x.com.", type::A, 3, 60, {}, ""}));
}

TEST(Decode, ReadsATtlWithTheTopBitAsZero) {
  const Decoded decoded =
      decode(MessageBuilder(1).a("x.com", 0x80000001, "192.0.2.1").a("x.com", 0x7fffffff, "192.0.2.2"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, ElementsAre(Field(&Record::ttl, 0U), Field(&Record::ttl, 0x7fffffffU)));
}

TEST(Decode, LeavesAuthorityAndAdditionalRecordsOut) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .question("x.com", type::A)
                                     .authority("x.com", type::NS, 7)
                                     .name("n.com")
                                     .additional("n.com", type::A, 4)
                                     .address("192.0.2.1"));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, IsEmpty());
  EXPECT_FALSE(decoded.message->edns_udp_size);
}

TEST(Decode, FindsEdnsBehindOtherAdditionalRecords) {
  const Decoded decoded = decode(MessageBuilder(1)
                                     .authority("x.com", type::NS, 7)
                                     .name("n.com")
                                     .additional("n.com", type::A, 4)
                                     .address("192.0.2.1")
                                     .edns(1232, 0, true));

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->edns_udp_size, 1232);
  EXPECT_TRUE(decoded.message->edns_do);
}

TEST(Decode, TakesTheFirstOfTwoEdnsRecords) {
  const Decoded decoded = decode(MessageBuilder(1, 0x8187).edns(1232, 1, true).edns(512, 2, false));

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->edns_udp_size, 1232);
  EXPECT_EQ(rcode_to_string(decoded.message->rcode), "BADCOOKIE");
}

TEST(Decode, ExtendsTheRcodeByEdns) {
  const Decoded decoded = decode(MessageBuilder(1, 0x8187).edns(512, 1, false));  // 0x17

  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(rcode_to_string(decoded.message->rcode), "BADCOOKIE");
  EXPECT_FALSE(decoded.message->edns_do);
}

TEST(Decode, ToleratesBytesBehindTheLastRecord) {
  const Decoded decoded = decode(MessageBuilder(1).a("x.com", 60, "192.0.2.1").raw({0xff, 0xff, 0xff}));

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, SizeIs(1));
  EXPECT_EQ(decoded.message->size, decode(MessageBuilder(1).a("x.com", 60, "192.0.2.1")).message->size + 3);
}

// From here on: captures that end before the message does.

TEST(DecodeCut, KeepsTheQuestionAndTheWholeRecords) {
  const MessageBuilder whole =
      MessageBuilder(1).question("x.com", type::A).cname("x.com", 300, "y.net").a("y.net", 20, "192.0.2.1");
  const Bytes captured(whole.bytes().begin(), whole.bytes().end() - 1);

  const Decoded decoded = decode(captured, whole.size());

  ASSERT_TRUE(decoded.message);
  EXPECT_TRUE(decoded.message->cut);
  EXPECT_EQ(decoded.message->size, whole.size());
  EXPECT_THAT(decoded.message->questions, ElementsAre(Field(&Question::name, "x.com.")));
  EXPECT_THAT(decoded.message->answers, ElementsAre(Field(&Record::target, "y.net.")));
}

TEST(DecodeCut, InAnOwnerKeepsTheRecordsBefore) {
  const MessageBuilder before = MessageBuilder(1).a("x.com", 20, "192.0.2.1").claim(6, 2);
  const MessageBuilder captured = MessageBuilder(before).u8(1);

  const Decoded decoded = decode(captured.bytes(), 100);

  ASSERT_TRUE(decoded.message);
  EXPECT_THAT(decoded.message->answers, SizeIs(1));
}

TEST(DecodeCut, BehindTheAnswersLosesOnlyEdns) {
  const MessageBuilder whole = MessageBuilder(1).a("x.com", 20, "192.0.2.1").edns(1232, 0, true);
  const Bytes captured(whole.bytes().begin(), whole.bytes().end() - 1);

  const Decoded decoded = decode(captured, whole.size());

  ASSERT_TRUE(decoded.message);
  EXPECT_TRUE(decoded.message->cut);
  EXPECT_THAT(decoded.message->answers, SizeIs(1));
  EXPECT_FALSE(decoded.message->edns_udp_size);
}

TEST(DecodeCut, InTheQuestionKeepsTheHeader) {
  const MessageBuilder whole = MessageBuilder(7).question("x.com", type::A);
  const Bytes captured(whole.bytes().begin(), whole.bytes().begin() + 14);

  const Decoded decoded = decode(captured, whole.size());

  ASSERT_TRUE(decoded.message);
  EXPECT_TRUE(decoded.message->cut);
  EXPECT_EQ(decoded.message->id, 7);
  EXPECT_THAT(decoded.message->questions, IsEmpty());
}

TEST(DecodeCut, InTheHeaderIsTooShort) {
  const MessageBuilder whole = MessageBuilder(1).question("x.com", type::A);
  const Bytes captured(whole.bytes().begin(), whole.bytes().begin() + 11);

  const Decoded decoded = decode(captured, whole.size());

  EXPECT_FALSE(decoded.message);
  EXPECT_EQ(decoded.error, DecodeError::TooShort);
}

}  // namespace
}  // namespace cnamedrop::dns
