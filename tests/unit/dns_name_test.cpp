// SPDX-License-Identifier: Apache-2.0
// Names on the wire and names as they are typed, in one canonical form.
#include <gtest/gtest.h>

#include <string>

#include "dns/name.h"
#include "tests/unit/dns_builder.h"

namespace cnamedrop::dns {
namespace {

struct ReadName {
  NameStatus status;
  std::size_t end = 0;
  Name name;
};

ReadName read(const Bytes& bytes, std::size_t offset = 0) {
  ReadName result{NameStatus::Ok, offset, {}};
  result.status = read_name(bytes, result.end, &result.name);
  return result;
}

TEST(Name, EscapesAsRfc1035Says) {
  const ReadName read_back = read({8, 'a', '.', '\\', '"', ' ', 0x00, 0x7f, 0xff, 1, '-', 0});

  EXPECT_EQ(read_back.status, NameStatus::Ok);
  EXPECT_EQ(read_back.name, R"(a\.\\\"\032\000\127\255.-.)");
  EXPECT_EQ(read_back.end, 12U);
}

TEST(Name, OfTheRootIsADot) { EXPECT_EQ(read({0}).name, "."); }

TEST(Name, EndsBehindItsFirstPointer) {
  const ReadName read_back = read({1, 'x', 0, 1, 'y', 0xc0, 0, 9, 9}, 3);

  EXPECT_EQ(read_back.status, NameStatus::Ok);
  EXPECT_EQ(read_back.name, "y.x.");
  EXPECT_EQ(read_back.end, 7U);
}

TEST(Name, FollowsAPointerToAPointer) {
  const ReadName read_back = read({1, 'x', 0, 0xc0, 0, 0xc0, 3}, 5);

  EXPECT_EQ(read_back.status, NameStatus::Ok);
  EXPECT_EQ(read_back.name, "x.");
}

TEST(Name, FollowsABoundedNumberOfPointers) {
  Bytes bytes = {0, 0xc0, 0};
  while (bytes.size() < 1 + 2 * 64) bytes.insert(bytes.end(), {0xc0, static_cast<std::uint8_t>(bytes.size() - 2)});
  EXPECT_EQ(read(bytes, bytes.size() - 2).status, NameStatus::Ok);

  bytes.insert(bytes.end(), {0xc0, static_cast<std::uint8_t>(bytes.size() - 2)});
  EXPECT_EQ(read(bytes, bytes.size() - 2).status, NameStatus::BadPointer);
}

TEST(Name, MayHave255BytesOnTheWire) {
  Bytes bytes;
  bytes.insert(bytes.end(), 1, 63);
  bytes.insert(bytes.end(), 63, 0xff);
  bytes.insert(bytes.end(), 1, 63);
  bytes.insert(bytes.end(), 63, 0xff);
  bytes.insert(bytes.end(), 1, 63);
  bytes.insert(bytes.end(), 63, 0xff);
  bytes.insert(bytes.end(), 1, 61);
  bytes.insert(bytes.end(), 61, 0xff);
  bytes.push_back(0);
  ASSERT_EQ(bytes.size(), 255U);

  const ReadName longest = read(bytes);
  EXPECT_EQ(longest.status, NameStatus::Ok);
  EXPECT_EQ(longest.name.size(), 250U * 4 + 4);
  EXPECT_EQ(canonical_name(longest.name), longest.name);

  bytes[192] = 62;
  bytes.insert(bytes.end() - 1, 'x');
  EXPECT_EQ(read(bytes).status, NameStatus::BadName);
  EXPECT_FALSE(canonical_name(longest.name + "x"));
}

TEST(Name, ThatRunsOverTheEndIsCut) {
  EXPECT_EQ(read({}).status, NameStatus::Cut);
  EXPECT_EQ(read({1}).status, NameStatus::Cut);
  EXPECT_EQ(read({1, 'x'}).status, NameStatus::Cut);
  EXPECT_EQ(read({0, 0xc0}, 1).status, NameStatus::Cut);
}

TEST(Name, IsSkippedWhereNobodyWantsIt) {
  const Bytes bytes = {1, 'x', 0};
  std::size_t offset = 0;

  EXPECT_EQ(read_name(bytes, offset, nullptr), NameStatus::Ok);
  EXPECT_EQ(offset, 3U);
}

TEST(CanonicalName, AddsTheDotAndLowersTheCase) {
  EXPECT_EQ(canonical_name("Login.X.com"), "login.x.com.");
  EXPECT_EQ(canonical_name("Login.X.com."), "login.x.com.");
  EXPECT_EQ(canonical_name("."), ".");
  EXPECT_EQ(canonical_name("_sip._tcp.x"), "_sip._tcp.x.");
}

TEST(CanonicalName, ReadsEscapes) {
  EXPECT_EQ(canonical_name(R"(a\.b.c)"), R"(a\.b.c.)");
  EXPECT_EQ(canonical_name(R"(\065\b\046\\)"), R"(ab\.\\.)");
  EXPECT_EQ(canonical_name("a b.c"), R"(a\032b.c.)");
  EXPECT_EQ(canonical_name("\xc3\xa9"), R"(\195\169.)");
  EXPECT_EQ(canonical_name(R"(x\.)"), R"(x\..)");
}

TEST(CanonicalName, RefusesWhatIsNoName) {
  EXPECT_FALSE(canonical_name(""));
  EXPECT_FALSE(canonical_name(".x"));
  EXPECT_FALSE(canonical_name("x..y"));
  EXPECT_FALSE(canonical_name("x.."));
  EXPECT_FALSE(canonical_name(R"(x\)"));
  EXPECT_FALSE(canonical_name(R"(x\25)"));
  EXPECT_FALSE(canonical_name(R"(x\2x5)"));
  EXPECT_FALSE(canonical_name(R"(x\256)"));
}

TEST(CanonicalName, KeepsToTheLimits) {
  EXPECT_TRUE(canonical_name(std::string(63, 'x') + ".com"));
  EXPECT_FALSE(canonical_name(std::string(64, 'x') + ".com"));
  const std::string three_labels = std::string(63, 'x') + "." + std::string(63, 'x') + "." + std::string(63, 'x') + ".";
  EXPECT_TRUE(canonical_name(three_labels + std::string(61, 'x') + "."));
  EXPECT_FALSE(canonical_name(three_labels + std::string(62, 'x')));
  EXPECT_FALSE(canonical_name(three_labels + std::string(60, 'x') + ".y"));
}

TEST(ShortName, HasNoFinalDot) {
  EXPECT_EQ(short_name("x.com."), "x.com");
  EXPECT_EQ(short_name("x.com"), "x.com");
  EXPECT_EQ(short_name("."), ".");
}

}  // namespace
}  // namespace cnamedrop::dns
