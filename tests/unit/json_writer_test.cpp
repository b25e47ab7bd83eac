// SPDX-License-Identifier: Apache-2.0
// The writer alone: whatever goes in, valid JSON comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "json/writer.h"

namespace cnamedrop::json {
namespace {

std::string written(std::string_view text) {
  std::string out;
  Writer(out).string(text);
  return out;
}

TEST(Writer, SeparatesMembersAndElements) {
  std::string out;
  Writer json(out);

  json.begin_object();
  json.field("a", std::uint64_t{1});
  json.key("b");
  json.begin_array();
  json.boolean(true);
  json.begin_object();
  json.end_object();
  json.string("x");
  json.null();
  json.end_array();
  json.field("c", false);
  json.end_object();

  EXPECT_EQ(out, R"({"a":1,"b":[true,{},"x",null],"c":false})");
}

TEST(Writer, LeavesOutWhatSaysNothing) {
  std::string out;
  Writer json(out);

  json.begin_object();
  json.field_unless_empty("a", "");
  json.field_unless_zero("b", 0);
  json.field_if("c", false);
  json.end_object();

  EXPECT_EQ(out, "{}");
}

TEST(Writer, EscapesQuotesBackslashesAndControlBytes) {
  EXPECT_EQ(written("say \"a\\b\"\n\r\t"), R"("say \"a\\b\"\n\r\t")");
  EXPECT_EQ(written(std::string_view("\0\x1b[2J", 5)), R"("\u0000\u001b[2J")");
}

TEST(Writer, FindsTheByteToEscapeAtEveryPlaceOfAWord) {
  EXPECT_EQ(written("\"bcdefghijklmnop"), R"("\"bcdefghijklmnop")");
  EXPECT_EQ(written("abcdefg\\ijklmnop"), R"("abcdefg\\ijklmnop")");
  EXPECT_EQ(written("abcdefghijk\nmnop"), R"("abcdefghijk\nmnop")");
}

TEST(Writer, EscapesWhatJsonAllowsButATerminalObeys) {
  EXPECT_EQ(written("a\x7f"), R"("a\u007f")");
  EXPECT_EQ(written("12345678\x7f"), R"("12345678\u007f")");
  EXPECT_EQ(written("\xc2\x9b"
                    "31m"),
            R"("\u009b31m")");
}

TEST(Writer, EscapesKeysToo) {
  std::string out;
  Writer json(out);

  json.begin_object();
  json.field(std::string_view("a\"b"), true);
  json.end_object();

  EXPECT_EQ(out, R"({"a\"b":true})");
}

TEST(Writer, KeepsValidUtf8) { EXPECT_EQ(written("bücher €😀\u07FF\uD7FB\uFFFF"), "\"bücher €😀\u07FF\uD7FB\uFFFF\""); }

TEST(Writer, ReplacesEachByteThatIsNoUtf8) {
  EXPECT_EQ(written("a\xff"), "\"a\uFFFD\"");
  EXPECT_EQ(written("\xc3"), "\"\uFFFD\"") << "a sequence that the end cuts";
  EXPECT_EQ(written("\xc0\xaf"), "\"\uFFFD\uFFFD\"") << "an overlong form";
  EXPECT_EQ(written("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"") << "a surrogate";
  EXPECT_EQ(written("\xf4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\"") << "beyond U+10FFFF";
  EXPECT_EQ(written("\xe2\x82x"), "\"\uFFFD\uFFFDx\"") << "a sequence that another byte cuts";
}

TEST(Writer, WritesJsonForEveryPairOfBytes) {
  std::string pairs;
  for (int pair = 0; pair < 65536; ++pair) {
    pairs += static_cast<char>(pair >> 8);
    pairs += static_cast<char>(pair);
  }
  rapidjson::Document document;

  const std::string json = written(pairs);
  document.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());

  EXPECT_FALSE(document.HasParseError());
}

TEST(Writer, WritesNumbersOver2To53AsStrings) {
  std::string out;
  Writer json(out);

  json.begin_array();
  json.number(9007199254740992);
  json.number(9007199254740993);
  json.number_string(5);
  json.signed_number_string(-5);
  json.end_array();

  EXPECT_EQ(out, R"([9007199254740992,"9007199254740993","5","-5"])");
}

}  // namespace
}  // namespace cnamedrop::json
