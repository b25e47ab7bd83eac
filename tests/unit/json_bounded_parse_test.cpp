// SPDX-License-Identifier: Apache-2.0
// What a JSON document from outside may become, and what its errors say.
#include <gmock/gmock.h>

#include <cstring>
#include <memory>
#include <string>

#include "json/bounded_parse.h"

namespace cnamedrop::json {
namespace {

using testing::StartsWith;

std::string error_of(const std::string& text) { return parse_document(text, "x.json").error().message; }

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(BoundedParse, DocumentIsWhatItSays) {
  const Result<rapidjson::Document> document = parse_document(R"({"a":[1,null,"x"]})", "x.json");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ((*document)["a"].Size(), 3U);
}

TEST(BoundedParse, ErrorSaysLineAndOffset) { EXPECT_THAT(error_of("{\n  ,"), StartsWith("x.json:2: offset 4: ")); }

TEST(BoundedParse, DepthIsLimited) {
  EXPECT_TRUE(parse_document(std::string(64, '[') + std::string(64, ']'), "x.json"));
  EXPECT_THAT(error_of(std::string(65, '[') + std::string(65, ']')),
              StartsWith("x.json:1: offset 64: is nested deeper than 64 levels"));
  EXPECT_THAT(error_of(repeated("{\"a\":", 1'000'000)), testing::HasSubstr("is nested deeper than 64 levels"));
}

TEST(BoundedParse, NumberOfValuesIsLimited) {
  EXPECT_THAT(error_of('[' + repeated("0,", 4'100'000) + "0]"), testing::HasSubstr("has more than 4000000 values"));
}

// For the sanitizer: the text has nothing behind it, not even a '\0'.
TEST(BoundedParse, NothingBehindTheTextIsRead) {
  for (const char* text : {"[1", "[\"abc", "   ", "{\"a\":\"b\"}", "[\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"}) {
    const std::size_t size = std::strlen(text);
    const auto exact = std::make_unique<char[]>(size);
    std::memcpy(exact.get(), text, size);
    EXPECT_EQ(bool(parse_document({exact.get(), size}, "x.json")), size == 9) << text;
  }
}

}  // namespace
}  // namespace cnamedrop::json
