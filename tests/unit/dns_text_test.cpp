// SPDX-License-Identifier: Apache-2.0
// The text forms of addresses, types, rcodes and errors.
#include <gtest/gtest.h>

#include "dns/ip_address.h"
#include "dns/message.h"

namespace cnamedrop::dns {
namespace {

TEST(IpAddress, ReadsWhatItWrites) {
  EXPECT_EQ(to_string(parse_ip("20.190.151.134").value()), "20.190.151.134");
  EXPECT_EQ(to_string(parse_ip("2001:DB8:0:0::1").value()), "2001:db8::1");
  EXPECT_EQ(to_string(parse_ip("::ffff:192.0.2.1").value()), "::ffff:192.0.2.1");
  EXPECT_EQ(to_string(IpAddress{}), "0.0.0.0");
}

TEST(IpAddress, IsInNetworkOrder) {
  EXPECT_EQ(parse_ip("1.2.3.4").value().bytes, (std::array<std::uint8_t, 16>{1, 2, 3, 4}));
  EXPECT_EQ(parse_ip("102::3").value().bytes, (std::array<std::uint8_t, 16>{1, 2, 0, 0, 0, 0, 0, 0,  //
                                                                            0, 0, 0, 0, 0, 0, 0, 3}));
}

TEST(IpAddress, IsNoOtherText) {
  EXPECT_FALSE(parse_ip(""));
  EXPECT_FALSE(parse_ip("1.2.3"));
  EXPECT_FALSE(parse_ip("1.2.3.4 "));
  EXPECT_FALSE(parse_ip("1.2.3.256"));
  EXPECT_FALSE(parse_ip("2001:db8::1%eth0"));
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(parse_ip(std::string(1000, '1')));
}

TEST(IpAddress, OfOneVersionIsNotOneOfTheOther) {
  const IpAddress four = parse_ip("0.0.0.0").value();
  const IpAddress six = parse_ip("::").value();

  EXPECT_NE(four, six);
  EXPECT_NE(IpAddressHash()(four), IpAddressHash()(six));
}

TEST(RrType, HasItsNameOrItsNumber) {
  EXPECT_EQ(rr_type_to_string(type::HTTPS), "HTTPS");
  EXPECT_EQ(rr_type_to_string(65280), "TYPE65280");
  EXPECT_EQ(rr_type_from_string("aaaa"), type::AAAA);
  EXPECT_EQ(rr_type_from_string("TYPE65280"), 65280);
}

TEST(RrType, IsNoOtherText) {
  EXPECT_FALSE(rr_type_from_string(""));
  EXPECT_FALSE(rr_type_from_string("TYPE"));
  EXPECT_FALSE(rr_type_from_string("TYPE-1"));
  EXPECT_FALSE(rr_type_from_string("TYPE65536"));
  EXPECT_FALSE(rr_type_from_string("AX"));
}

TEST(Rcode, HasItsNameOrItsNumber) {
  EXPECT_EQ(rcode_to_string(rcode::NXDOMAIN), "NXDOMAIN");
  EXPECT_EQ(rcode_to_string(17), "RCODE17");
  EXPECT_EQ(rcode_from_string("refused"), rcode::REFUSED);
  EXPECT_EQ(rcode_from_string("RCODE17"), 17);
  EXPECT_FALSE(rcode_from_string("TYPE17"));
}

TEST(DecodeErrorText, IsTheNameOfACounter) {
  EXPECT_EQ(to_string(DecodeError::TooShort), "too_short");
  EXPECT_EQ(to_string(DecodeError::NotDns), "not_dns");
  EXPECT_EQ(to_string(DecodeError::BadName), "bad_name");
  EXPECT_EQ(to_string(DecodeError::BadPointer), "bad_pointer");
  EXPECT_EQ(to_string(DecodeError::BadRecord), "bad_record");
}

}  // namespace
}  // namespace cnamedrop::dns
