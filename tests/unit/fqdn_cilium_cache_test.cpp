// SPDX-License-Identifier: Apache-2.0
// What is read of Cilium's own list, and what is said of a file that is something else.
#include <gmock/gmock.h>

#include "fqdn/cilium_cache.h"
#include "types/time_text.h"

namespace cnamedrop::fqdn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string policies = TEST_DATA_DIR "/policies/";

std::string error_of(const std::string& content) {
  const Result<std::vector<Lookup>> lookups = read_cache(content, "c.json");
  return lookups ? "none" : lookups.error().message;
}

TEST(CiliumCache, RowsAreReadAsTheyStand) {
  const Result<std::vector<Lookup>> lookups = load_cache(policies + "fqdn_cache.json");
  ASSERT_TRUE(lookups) << lookups.error().message;
  ASSERT_EQ(lookups->size(), 1U);
  Lookup expected;
  expected.endpoint_id = 754;
  expected.source = "lookup";
  expected.fqdn = "login.microsoftonline.com.";
  expected.ips = {*dns::parse_ip("20.190.151.134")};
  expected.ttl = 30;
  expected.looked_up = parse_time("2024-05-01T10:00:00Z");
  expected.expires = parse_time("2024-05-01T10:00:30Z");
  EXPECT_EQ(lookups->front(), expected);
}

TEST(CiliumCache, WhatCiliumLeavesOutIsUnknown) {
  const auto lookups = read_cache(R"([{"fqdn":"X.com","ips":["::1"],"source":"connection","zone":7}])", "c.json");
  ASSERT_TRUE(lookups);
  EXPECT_EQ(lookups->front().fqdn, "x.com.");
  EXPECT_EQ(lookups->front().endpoint_id, std::nullopt);
  EXPECT_EQ(lookups->front().looked_up, std::nullopt);
  EXPECT_EQ(lookups->front().ttl, 0U);
}

TEST(CiliumCache, TimesMayHaveAnOffsetOrBeNone) {
  const auto lookups = read_cache(R"([{"expiration-time":"2026-03-01T14:30:00.5+02:30","fqdn":"x.","ips":[],)"
                                  R"("lookup-time":"0001-01-01T00:00:00.000Z","source":"connection"}])",
                                  "c.json");
  ASSERT_TRUE(lookups);
  EXPECT_EQ(lookups->front().expires, parse_time("2026-03-01T12:00:00.5Z"));
  EXPECT_EQ(lookups->front().looked_up, std::nullopt);
}

TEST(CiliumCache, AnEmptyListIsOne) {
  EXPECT_THAT(*read_cache("[]", "c.json"), IsEmpty());
  EXPECT_THAT(*read_cache("null\n", "c.json"), IsEmpty());
}

TEST(CiliumCache, AnErrorSaysWhereItIs) {
  EXPECT_THAT(error_of("[\n  {,\n"), StartsWith("c.json:2: offset 5: "));
  EXPECT_THAT(error_of(R"([{"fqdn":"x.","ips":[],"source":"lookup"}] x)"), StartsWith("c.json:1: offset 43: "));
  EXPECT_THAT(error_of(""), StartsWith("c.json:1: offset 0: "));
  EXPECT_EQ(error_of(R"([{"lookup-time":"x","fqdn":"x.","ips":[],"source":"lookup"}])"),
            "c.json: [0].lookup-time is not a time such as 2026-03-01T12:00:31.123Z");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","ips":["1.2.3.4","1.2.3"],"source":"lookup"}])"),
            "c.json: [0].ips[1] is not an IP address");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","ips":[],"source":"lookup"},{"ips":[],"source":"lookup"}])"),
            "c.json: [1].fqdn is missing");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","source":"lookup"}])"), "c.json: [0].ips is missing");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","ips":null,"source":"lookup"}])"), "c.json: [0].ips is not an array");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","ips":[],"source":7}])"), "c.json: [0].source is not a string");
  EXPECT_EQ(error_of(R"([{"fqdn":"x.","ips":[],"source":"lookup","ttl":-1}])"),
            "c.json: [0].ttl is not a whole number, or one in a string");
  EXPECT_THAT(error_of("[7]"), StartsWith("c.json: [0] is not an object"));
}

TEST(CiliumCache, TheTableIsReadToo) {
  const auto lookups = load_cache(policies + "fqdn_cache.txt");
  ASSERT_TRUE(lookups) << lookups.error().message;
  Lookup expected;
  expected.endpoint_id = 754;
  expected.source = "lookup";
  expected.fqdn = "login.microsoftonline.com.";
  expected.ips = {*dns::parse_ip("20.190.151.134")};
  expected.ttl = 30;
  expected.expires = *parse_time("2024-05-01T10:00:30.000Z");
  EXPECT_EQ(*lookups, std::vector<Lookup>{expected});
}

TEST(CiliumCache, ARowOfTheTableMayLackCells) {
  const auto lookups = read_cache(
      "Defaulted container \"cilium-agent\" out of: cilium-agent\n"
      "Endpoint   Source   FQDN   TTL   ExpirationTime   IPs\n"
      "7                   X.c    0                      ::1,10.0.0.1\n",
      "c.txt");
  ASSERT_TRUE(lookups) << lookups.error().message;
  ASSERT_EQ(lookups->size(), 1U);
  EXPECT_EQ(lookups->front().fqdn, "x.c.");
  EXPECT_EQ(lookups->front().source, "lookup");
  EXPECT_EQ(lookups->front().ips.size(), 2U);
  EXPECT_EQ(lookups->front().expires, std::nullopt);
  EXPECT_EQ(read_cache("Endpoint   FQDN   IPs\n7          x.     1.2\n", "c.txt").error().message,
            "c.txt:2: the row has no list of addresses: 1.2");
}

TEST(CiliumCache, WithoutASourceItIsALookup) {
  EXPECT_EQ(read_cache(R"([{"fqdn":"x.","ips":[]}])", "c.json")->front().source, "lookup");
}

TEST(CiliumCache, FilesOfAnotherKindAreNamed) {
  const auto error_of_file = [](const std::string& path) { return load_cache(path).error().message; };
  EXPECT_THAT(error_of_file(policies + "fqdn_names.json"), HasSubstr("this is the output of cilium-dbg fqdn names"));
  EXPECT_THAT(error_of_file(policies + "hubble_flows.json"), HasSubstr("these are flows of hubble observe"));
  EXPECT_THAT(error_of_file(TEST_DATA_DIR "/traces/kong_a3_cname60.jsonl"), HasSubstr("an event file of cnamedrop"));
  EXPECT_THAT(error_of_file(policies + "kong.yaml"), HasSubstr("kong.yaml:1: offset 0: "));
  EXPECT_THAT(error_of(R"({"answer":42})"), HasSubstr("this is not an array of look-ups; wanted is"));
  EXPECT_THAT(error_of_file(policies + "absent.json"), HasSubstr("absent.json: No such file"));
  EXPECT_THAT(error_of_file(policies), HasSubstr("is a directory"));
}

TEST(CiliumCache, HostileJsonIsRefused) {
  EXPECT_THAT(error_of(std::string(1 << 20, '[')), HasSubstr("offset"));
  EXPECT_THAT(error_of(std::string("[\0]", 3)), HasSubstr("c.json:1: offset 1: "));
  EXPECT_THAT(error_of("\x7f"
                       "ELF"),
              HasSubstr("c.json:1: offset 0: "));
  EXPECT_THAT(error_of(R"([{"fqdn":"x.","ips":[],"source":"lookup","ttl":1e999}])"), HasSubstr("offset"));
  EXPECT_THAT(load_cache("/dev/zero").error().message, HasSubstr("/dev/zero: is a device, not a list of"));
}

}  // namespace
}  // namespace cnamedrop::fqdn
