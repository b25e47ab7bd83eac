// SPDX-License-Identifier: Apache-2.0
// The text is read with its length: what RapidJSON reads by its final '\0', it reads in blocks that go past it.
#include "json/bounded_parse.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cnamedrop::json {
namespace {

using rapidjson::SizeType;

// Passes the parser's calls on to the document until one of them goes beyond a limit.
class Limits {
 public:
  explicit Limits(rapidjson::Document& document) : document_(document) {}

  // What was too much; "" if nothing was.
  const std::string& exceeded() const { return exceeded_; }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return counted() && document_.Null(); }
  bool Bool(bool value) { return counted() && document_.Bool(value); }
  bool Int(int value) { return counted() && document_.Int(value); }
  bool Uint(unsigned value) { return counted() && document_.Uint(value); }
  bool Int64(std::int64_t value) { return counted() && document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return counted() && document_.Uint64(value); }
  bool Double(double value) { return counted() && document_.Double(value); }
  bool RawNumber(const char* text, SizeType size, bool copy) {
    return counted() && document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, SizeType size, bool copy) { return counted() && document_.String(text, size, copy); }
  bool Key(const char* text, SizeType size, bool copy) { return counted() && document_.Key(text, size, copy); }
  bool StartObject() { return entered() && document_.StartObject(); }
  bool EndObject(SizeType count) { return left() && document_.EndObject(count); }
  bool StartArray() { return entered() && document_.StartArray(); }
  bool EndArray(SizeType count) { return left() && document_.EndArray(count); }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool counted() {
    if (++values_ <= max_document_values) return true;
    exceeded_ = "has more than " + std::to_string(max_document_values) + " values";
    return false;
  }
  bool entered() {
    if (++depth_ <= max_document_depth) return counted();
    exceeded_ = "is nested deeper than " + std::to_string(max_document_depth) + " levels";
    return false;
  }
  bool left() {
    --depth_;
    return true;
  }

  rapidjson::Document& document_;
  int depth_ = 0;
  std::size_t values_ = 0;
  std::string exceeded_;
};

// What Document::Populate calls with itself as the handler.
struct Generator {
  std::string_view text;
  rapidjson::ParseResult result{};
  std::string exceeded{};

  bool operator()(rapidjson::Document& document) {
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    Limits limits(document);
    result = reader.Parse<rapidjson::kParseIterativeFlag>(stream, limits);
    exceeded = limits.exceeded();
    return !result.IsError();
  }
};

}  // namespace

Result<rapidjson::Document> parse_document(std::string_view text, const std::string& file) {
  rapidjson::Document document;
  Generator generator{text};
  document.Populate(generator);
  if (!generator.result.IsError()) return document;
  const std::size_t offset = std::min(generator.result.Offset(), text.size());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  const std::string what =
      generator.exceeded.empty() ? rapidjson::GetParseError_En(generator.result.Code()) : generator.exceeded;
  return Error{file + ":" + std::to_string(line) + ": offset " + std::to_string(offset) + ": " + what};
}

}  // namespace cnamedrop::json
