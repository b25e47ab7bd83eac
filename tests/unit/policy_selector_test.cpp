// SPDX-License-Identifier: Apache-2.0
// The table of name forms in both versions of Cilium, held against the regular expressions that Cilium compiles them
// to.
#include <gmock/gmock.h>

#include <regex>
#include <string>

#include "policy/selector.h"

namespace cnamedrop::policy {
namespace {

using testing::HasSubstr;

constexpr CiliumVersion old_cilium = CiliumVersion::V1_18_OrOlder;
constexpr CiliumVersion new_cilium = CiliumVersion::V1_19_OrNewer;

Selector name(const std::string& text) { return *make_selector(SelectorKind::Name, text, {}, new_cilium); }
Selector pattern(const std::string& text, CiliumVersion version) {
  return *make_selector(SelectorKind::Pattern, text, {}, version);
}

struct Row {
  const char* title;
  SelectorKind kind;
  const char* input;
  const char* regex_of_old;
  const char* regex_of_new;
};

#define C "[-a-zA-Z0-9_]"
const Row table[] = {
    {"Name", SelectorKind::Name, "Login.X.com", "^login[.]x[.]com[.]$", "^login[.]x[.]com[.]$"},
    {"OneLabel", SelectorKind::Pattern, "*.x.com", "^" C "*[.]x[.]com[.]$", "^" C "*[.]x[.]com[.]$"},
    {"StarBeforeText", SelectorKind::Pattern, "*x.com", "^" C "*x[.]com[.]$", "^" C "*x[.]com[.]$"},
    {"StarAfterText", SelectorKind::Pattern, "sub*.x.com", "^sub" C "*[.]x[.]com[.]$", "^sub" C "*[.]x[.]com[.]$"},
    {"TwoLabels", SelectorKind::Pattern, "*.*.x.com", "^" C "*[.]" C "*[.]x[.]com[.]$",
     "^" C "*[.]" C "*[.]x[.]com[.]$"},
    {"AnyDepth", SelectorKind::Pattern, "**.x.com", "^" C "*" C "*[.]x[.]com[.]$",
     "^(" C "+([.]" C "+){0,})[.]x[.]com[.]$"},
    {"ThreeStars", SelectorKind::Pattern, "***.x.com", "^" C "*" C "*" C "*[.]x[.]com[.]$",
     "^(" C "+([.]" C "+){0,})[.]x[.]com[.]$"},
    {"DoubleStarWithin", SelectorKind::Pattern, "a.**.com", "^a[.]" C "*" C "*[.]com[.]$", "^a[.]" C "*[.]com[.]$"},
    {"DoubleStarBeforeText", SelectorKind::Pattern, "**x.com", "^" C "*" C "*x[.]com[.]$", "^" C "*x[.]com[.]$"},
    {"Star", SelectorKind::Pattern, "*", "(^(" C "+[.])+$)|(^[.]$)", "(^(" C "+[.])+$)|(^[.]$)"},
    {"DoubleStar", SelectorKind::Pattern, "**", "^" C "*" C "*[.]$", "(^(" C "+[.])+$)|(^[.]$)"},
    {"DoubleStarDot", SelectorKind::Pattern, "**.", "^" C "*" C "*[.]$", "(^(" C "+[.])+$)|(^[.]$)"},
    {"StarDot", SelectorKind::Pattern, "*.", "^" C "*[.]$", "(^(" C "+[.])+$)|(^[.]$)"},
    {"Trimmed", SelectorKind::Pattern, "  *.X.com.\t", "^" C "*[.]x[.]com[.]$", "^" C "*[.]x[.]com[.]$"},
    {"ManyStars", SelectorKind::Pattern, "*a*b*.x.com", "^" C "*a" C "*b" C "*[.]x[.]com[.]$",
     "^" C "*a" C "*b" C "*[.]x[.]com[.]$"},
};
#undef C

const std::string probes[] = {
    ".",
    "com.",
    "x.com.",
    "login.x.com.",
    "www.x.com.",
    "sub.x.com.",
    "subway.x.com.",
    "wsub.x.com.",
    "ax.com.",
    "a.x.com.",
    "a.b.x.com.",
    "a.b.c.x.com.",
    "a.com.",
    "a.b.com.",
    "a.b.c.com.",
    "_tcp.x.com.",
    "a\\032b.x.com.",
    "*.x.com.",
    ".x.com.",
    "a..x.com.",
    "x.com.evil.",
    "a-b.x.com.",
    "xaybz.x.com.",
    "ba.x.com.",
    "aab.abb.x.com.",
    "login.x.com",
    "",
    "evillogin.x.com.",
    "loginxx.com.",
    "a\\.b.x.com.",
};

class SelectorTable : public testing::TestWithParam<Row> {};

TEST_P(SelectorTable, OldCiliumsRegexSaysTheSame) {
  const Selector selector = *make_selector(GetParam().kind, GetParam().input, {}, old_cilium);
  const std::regex regex(GetParam().regex_of_old);
  for (const std::string& probe : probes) EXPECT_EQ(selector.matches(probe), std::regex_search(probe, regex)) << probe;
}

TEST_P(SelectorTable, NewCiliumsRegexSaysTheSame) {
  const Selector selector = *make_selector(GetParam().kind, GetParam().input, {}, new_cilium);
  const std::regex regex(GetParam().regex_of_new);
  for (const std::string& probe : probes) EXPECT_EQ(selector.matches(probe), std::regex_search(probe, regex)) << probe;
}

INSTANTIATE_TEST_SUITE_P(Forms, SelectorTable, testing::ValuesIn(table),
                         [](const testing::TestParamInfo<Row>& row) { return std::string(row.param.title); });

TEST(Selector, NameIsMatchedWithoutRegardToCase) {
  EXPECT_TRUE(name("Login.X.com").matches("login.x.com."));
  EXPECT_FALSE(name("Login.X.com").matches("www.login.x.com."));
}

TEST(Selector, StarIsOneLabelAndNotTheApex) {
  EXPECT_TRUE(pattern("*.x.com", new_cilium).matches("www.x.com."));
  EXPECT_FALSE(pattern("*.x.com", new_cilium).matches("x.com."));
  EXPECT_FALSE(pattern("*.x.com", new_cilium).matches("a.www.x.com."));
}

TEST(Selector, StarWithoutDotHoldsTheApexButNoLabelBelowIt) {
  EXPECT_TRUE(pattern("*x.com", new_cilium).matches("x.com."));
  EXPECT_FALSE(pattern("*x.com", new_cilium).matches("www.x.com."));
}

TEST(Selector, DoubleStarIsOneLabelBefore119AndAnyDepthSince) {
  EXPECT_FALSE(pattern("**.x.com", old_cilium).matches("a.b.x.com."));
  EXPECT_TRUE(pattern("**.x.com", new_cilium).matches("a.b.x.com."));
  EXPECT_TRUE(pattern("**.x.com", old_cilium).matches("b.x.com."));
  EXPECT_FALSE(pattern("**.x.com", new_cilium).matches("x.com."));
}

TEST(Selector, BareDoubleStarIsOneLabelBefore119AndEverythingSince) {
  EXPECT_FALSE(pattern("**", old_cilium).matches("x.com."));
  EXPECT_TRUE(pattern("**", new_cilium).matches("x.com."));
}

TEST(Selector, LongHostileNamesAreMatchedInBoundedTime) {
  const std::string many(250, 'a');
  EXPECT_FALSE(pattern("*a*a*a*a*a*a*a*a*a*a*a*b.x.com", new_cilium).matches(many + ".x.com."));
}

TEST(Selector, KeepsTheTextAsWritten) {
  EXPECT_EQ(name(" Login.X.com ").text, "matchName: Login.X.com");
  EXPECT_EQ(name("Login.X.com").pattern, "login.x.com.");
  EXPECT_EQ(pattern("*.X.com", new_cilium).text, "matchPattern: *.X.com");
}

std::string refusal(SelectorKind kind, const std::string& text) {
  return make_selector(kind, text, {}, new_cilium).error().message;
}

TEST(Selector, RefusesCharactersAsCiliumDoes) {
  EXPECT_THAT(refusal(SelectorKind::Name, "bücher.de"), HasSubstr("only 0-9, a-z, A-Z and . - _"));
  EXPECT_THAT(refusal(SelectorKind::Name, "a b.de"), HasSubstr("invalid characters"));
  EXPECT_THAT(refusal(SelectorKind::Pattern, "[a].de"), HasSubstr("only 0-9, a-z, A-Z and . - _ *"));
}

TEST(Selector, StarInANameIsPointedToThePattern) {
  EXPECT_THAT(refusal(SelectorKind::Name, "*.x.com"), HasSubstr("belongs in a matchPattern"));
}

TEST(Selector, LengthIsAtMost255) {
  EXPECT_TRUE(make_selector(SelectorKind::Name, std::string(255, 'a'), {}, new_cilium));
  EXPECT_THAT(refusal(SelectorKind::Name, std::string(256, 'a')), HasSubstr("256 characters long, Cilium allows 255"));
}

TEST(Selector, EmptyTextIsRefused) { EXPECT_THAT(refusal(SelectorKind::Pattern, "  "), HasSubstr("is empty")); }

TEST(Selector, RegexIsSearchedAsCiliumDoes) {
  const Selector selector = *make_regex_selector("^httpbin[.]org[.]$", {});
  EXPECT_EQ(selector.kind, SelectorKind::Regex);
  EXPECT_TRUE(selector.matches("httpbin.org."));
  EXPECT_FALSE(selector.matches("www.httpbin.org."));
}

TEST(Selector, BadRegexIsAnError) {
  EXPECT_THAT(make_regex_selector("^(a[.]$", {}).error().message, HasSubstr("is not a regular expression"));
  EXPECT_THAT(make_regex_selector(std::string(100'000, '('), {}).error().message, HasSubstr("longer"));
}

constexpr std::uint8_t icmp = 1;
constexpr std::uint8_t tcp = 6;
constexpr std::uint8_t udp = 17;
constexpr std::uint8_t sctp = 132;

TEST(SelectorPorts, NoneWrittenAllowsAll) {
  EXPECT_EQ(name("x.com").covers_port(tcp, 443), Match::Yes);
  EXPECT_EQ(name("x.com").covers_port(icmp, 0), Match::Yes);
}

TEST(SelectorPorts, RangeHoldsItsEndsOfItsProtocol) {
  Selector selector = name("x.com");
  selector.ports = {{Protocol::Tcp, 8000, 8100}};
  EXPECT_EQ(selector.covers_port(tcp, 8000), Match::Yes);
  EXPECT_EQ(selector.covers_port(tcp, 8100), Match::Yes);
  EXPECT_EQ(selector.covers_port(tcp, 7999), Match::No);
  EXPECT_EQ(selector.covers_port(tcp, 8101), Match::No);
  EXPECT_EQ(selector.covers_port(udp, 8000), Match::No);
}

TEST(SelectorPorts, AnyIsTcpUdpAndSctpButNotIcmp) {
  Selector selector = name("x.com");
  selector.ports = {{Protocol::Any, 53, 53}};
  EXPECT_EQ(selector.covers_port(tcp, 53), Match::Yes);
  EXPECT_EQ(selector.covers_port(udp, 53), Match::Yes);
  EXPECT_EQ(selector.covers_port(sctp, 53), Match::Yes);
  EXPECT_EQ(selector.covers_port(icmp, 53), Match::No);
}

TEST(SelectorPorts, IcmpHasNoPorts) {
  Selector selector = name("x.com");
  selector.ports = {{.protocol = Protocol::Icmp}};
  EXPECT_EQ(selector.covers_port(icmp, 0), Match::Yes);
  EXPECT_EQ(selector.covers_port(58, 0), Match::No) << "of IPv6";
  EXPECT_EQ(selector.covers_port(tcp, 443), Match::No);
}

TEST(CiliumVersionText, IsReadFromReleaseNumbers) {
  EXPECT_EQ(parse_cilium_version("1.17"), old_cilium);
  EXPECT_EQ(parse_cilium_version("v1.18.4"), old_cilium);
  EXPECT_EQ(parse_cilium_version("1.19"), new_cilium);
  EXPECT_EQ(parse_cilium_version("1.19.0-rc.1"), new_cilium);
  EXPECT_EQ(parse_cilium_version("1.20-dev"), new_cilium);
  EXPECT_EQ(parse_cilium_version("2"), new_cilium);
}

TEST(CiliumVersionText, OtherTextIsNoVersion) {
  EXPECT_EQ(parse_cilium_version(""), std::nullopt);
  EXPECT_EQ(parse_cilium_version("latest"), std::nullopt);
  EXPECT_EQ(parse_cilium_version("1."), std::nullopt);
  EXPECT_EQ(parse_cilium_version("1.19x"), std::nullopt);
}

}  // namespace
}  // namespace cnamedrop::policy
