// SPDX-License-Identifier: Apache-2.0
// The decoder against ldns, an implementation that shares no line with it: what both read, they read alike.
#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <memory>
#include <string>

#include "dns/message.h"
#include "tests/unit/dns_builder.h"

namespace cnamedrop::dns {
namespace {

struct LdnsDeleter {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
};
using Packet = std::unique_ptr<ldns_pkt, LdnsDeleter>;
using Rdf = std::unique_ptr<ldns_rdf, LdnsDeleter>;

Packet ldns_decode(const Bytes& bytes) {
  ldns_pkt* packet = nullptr;
  ldns_wire2pkt(&packet, bytes.data(), bytes.size());
  return Packet(packet);
}

// ldns reads our text form back into wire form: escapes are held against it too.
bool is_name(const ldns_rdf* expected, const Name& name) {
  const Rdf ours(ldns_dname_new_frm_str(name.c_str()));
  return ours && ldns_dname_compare(ours.get(), expected) == 0;
}

bool is_address(const ldns_rdf* expected, const IpAddress& address) {
  const Rdf ours(ldns_rdf_new_frm_str(address.version == IpVersion::V4 ? LDNS_RDF_TYPE_A : LDNS_RDF_TYPE_AAAA,
                                      to_string(address).c_str()));
  return ours && ldns_rdf_compare(ours.get(), expected) == 0;
}

void expect_same_data(const ldns_rr* expected, const Record& record) {
  switch (record.type) {
    case type::A:
    case type::AAAA:
      ASSERT_EQ(record.addresses.size(), 1U);
      EXPECT_TRUE(is_address(ldns_rr_rdf(expected, 0), record.addresses.front()));
      break;
    case type::CNAME:
    case type::DNAME:
    case type::NS:
    case type::PTR:
      EXPECT_TRUE(is_name(ldns_rr_rdf(expected, 0), record.target)) << record.target;
      break;
    case type::SRV:
      EXPECT_TRUE(is_name(ldns_rr_rdf(expected, 3), record.target)) << record.target;
      break;
    default:
      EXPECT_EQ(record.target, "");
  }
}

void expect_same(const Bytes& bytes) {
  const Packet expected = ldns_decode(bytes);
  const Decoded decoded = decode(bytes, bytes.size());
  ASSERT_TRUE(expected);
  ASSERT_TRUE(decoded.message) << to_string(decoded.error);
  const Message& message = *decoded.message;

  EXPECT_EQ(message.id, ldns_pkt_id(expected.get()));
  EXPECT_EQ(message.response, ldns_pkt_qr(expected.get()));
  EXPECT_EQ(message.opcode, ldns_pkt_get_opcode(expected.get()));
  EXPECT_EQ(message.authoritative, ldns_pkt_aa(expected.get()));
  EXPECT_EQ(message.truncated, ldns_pkt_tc(expected.get()));
  EXPECT_EQ(message.recursion_desired, ldns_pkt_rd(expected.get()));
  EXPECT_EQ(message.recursion_available, ldns_pkt_ra(expected.get()));
  EXPECT_EQ(message.authentic_data, ldns_pkt_ad(expected.get()));
  EXPECT_EQ(message.checking_disabled, ldns_pkt_cd(expected.get()));
  EXPECT_EQ(message.rcode, ldns_pkt_edns_extended_rcode(expected.get()) << 4 | ldns_pkt_get_rcode(expected.get()));
  EXPECT_EQ(message.edns_udp_size.value_or(0), ldns_pkt_edns_udp_size(expected.get()));
  EXPECT_EQ(message.edns_do, ldns_pkt_edns_do(expected.get()));

  const ldns_rr_list* questions = ldns_pkt_question(expected.get());
  ASSERT_EQ(message.questions.size(), ldns_rr_list_rr_count(questions));
  for (std::size_t i = 0; i < message.questions.size(); ++i) {
    const ldns_rr* question = ldns_rr_list_rr(questions, i);
    EXPECT_TRUE(is_name(ldns_rr_owner(question), message.questions[i].name)) << message.questions[i].name;
    EXPECT_EQ(message.questions[i].type, ldns_rr_get_type(question));
    EXPECT_EQ(message.questions[i].klass, ldns_rr_get_class(question));
  }
  const ldns_rr_list* answers = ldns_pkt_answer(expected.get());
  ASSERT_EQ(message.answers.size(), ldns_rr_list_rr_count(answers));
  for (std::size_t i = 0; i < message.answers.size(); ++i) {
    const ldns_rr* answer = ldns_rr_list_rr(answers, i);
    EXPECT_TRUE(is_name(ldns_rr_owner(answer), message.answers[i].owner)) << message.answers[i].owner;
    EXPECT_EQ(message.answers[i].type, ldns_rr_get_type(answer));
    EXPECT_EQ(message.answers[i].klass, ldns_rr_get_class(answer));
    EXPECT_EQ(message.answers[i].ttl, ldns_rr_ttl(answer));
    expect_same_data(answer, message.answers[i]);
  }
}

// A packet that ldns writes, with its own compression.
Bytes written_by_ldns(std::initializer_list<const char*> records) {
  const Packet packet(ldns_pkt_query_new(ldns_dname_new_frm_str("login.x.com."), LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN,
                                         LDNS_RD | LDNS_QR | LDNS_AA));
  for (const char* text : records) {
    ldns_rr* record = nullptr;
    EXPECT_EQ(ldns_rr_new_frm_str(&record, text, 0, nullptr, nullptr), LDNS_STATUS_OK) << text;
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_ANSWER, record);
  }
  std::uint8_t* wire = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(ldns_pkt2wire(&wire, packet.get(), &size), LDNS_STATUS_OK);
  Bytes bytes(wire, wire + size);
  free(wire);
  return bytes;
}

TEST(Ldns, AgreesOnAQuestionWithEdns) {
  expect_same(MessageBuilder(11734, query_flags).question("Login.X.com", type::CNAME).edns(1232, 0, true).bytes());
}

TEST(Ldns, AgreesOnARefusalWithAnExtendedRcode) {
  expect_same(MessageBuilder(1, 0x8495).question("x.com", type::A).edns(512, 1, false).bytes());
}

TEST(Ldns, AgreesOnFlags) {
  expect_same(MessageBuilder(65535, 0x27b0).question("x.com", type::A).bytes());
  expect_same(MessageBuilder(0, 0x8210).question("", type::NS).bytes());
}

TEST(Ldns, AgreesOnAChainThatItCompressed) {
  expect_same(
      written_by_ldns({"login.x.com. 300 IN CNAME login.mso.x.com.", "login.mso.x.com. 60 IN CNAME www.tm.y.net.",
                       "www.tm.y.net. 20 IN A 20.190.151.134", "www.tm.y.net. 20 IN A 20.190.151.135",
                       "www.tm.y.net. 20 IN AAAA 2603:1026:3000:c8::4"}));
}

TEST(Ldns, AgreesOnTheTypesWithATarget) {
  expect_same(written_by_ldns({"login.x.com. 300 IN SRV 1 2 389 dc.login.x.com.", "x.com. 300 IN NS ns.x.com.",
                               "4.3.2.1.in-addr.arpa. 300 IN PTR a.login.x.com.", "x.com. 300 IN DNAME y.net."}));
}

TEST(Ldns, AgreesOnTheTypesThatAreSkipped) {
  expect_same(
      written_by_ldns({"login.x.com. 300 IN TXT \"some text\"", "login.x.com. 300 IN MX 10 mail.x.com.",
                       "x.com. 300 IN SOA ns.x.com. root.x.com. 1 2 3 4 5", "x.com. 300 IN CAA 0 issue \"ca.example\"",
                       "x.com. 300 IN TYPE65280 \\# 2 abcd", "login.x.com. 20 IN A 192.0.2.1"}));
}

TEST(Ldns, AgreesOnNamesThatNeedEscapes) {
  expect_same(written_by_ldns({"a\\.b\\032c\\\\d\\\"e\\000\\255\\;\\(\\)\\@.x.com. 300 IN CNAME \\001.\\200.x.com."}));
}

TEST(Ldns, AgreesOnTheLongestName) {
  const std::string label(63, '(');
  expect_same(MessageBuilder(1)
                  .question(label + "." + label + "." + label + "." + std::string(61, '\x7f'), type::A)
                  .answer_to_question(type::A, 4)
                  .address("192.0.2.1")
                  .bytes());
}

TEST(Ldns, AlsoRefusesANameOf256Bytes) {
  const std::string label(63, 'x');
  const Bytes bytes =
      MessageBuilder(1).question(label + "." + label + "." + label + "." + std::string(62, 'x'), type::A).bytes();

  EXPECT_FALSE(ldns_decode(bytes));
  EXPECT_FALSE(decode(bytes, bytes.size()).message);
}

TEST(Ldns, AlsoRefusesAPointerToItself) {
  const Bytes bytes = MessageBuilder(1).claim(4, 1).pointer(12).u16(type::A).u16(class_in).bytes();

  EXPECT_FALSE(ldns_decode(bytes));
  EXPECT_FALSE(decode(bytes, bytes.size()).message);
}

}  // namespace
}  // namespace cnamedrop::dns
