// SPDX-License-Identifier: Apache-2.0
// JSON text -> RapidJSON values, in place and in memory that is reused; event_line.h makes the Event of them.
// Nothing in a line is trusted: a problem is said with the path of the field.
#include "events/event_parser.h"

#include <rapidjson/error/en.h>

#include <cstring>

#include "events/event_line.h"

namespace cnamedrop::events {
namespace {

constexpr int max_depth = 16;                // an event nests six deep
constexpr std::size_t pool_bytes = 1 << 16;  // values of a usual line
constexpr std::size_t simd_block = 16;       // RapidJSON reads the one that the final '\0' is in to its end

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;

// Passes the parser's calls on to the document and stops at max_depth: the parser recurses, and a line of a million
// brackets would use up the stack. Of members that nobody reads no value is made.
class DepthGuard {
 public:
  explicit DepthGuard(Document& document) : document_(document) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return skipped_value() || document_.Null(); }
  bool Bool(bool value) { return skipped_value() || document_.Bool(value); }
  bool Int(int value) { return skipped_value() || document_.Int(value); }
  bool Uint(unsigned value) { return skipped_value() || document_.Uint(value); }
  bool Int64(std::int64_t value) { return skipped_value() || document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return skipped_value() || document_.Uint64(value); }
  bool Double(double value) { return skipped_value() || document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return skipped_value() || document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return skipped_value() || document_.String(text, size, copy);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    if (!skipping_) skipping_ = depth_ == 1 && is_recomputed({text, size});
    if (skipping_ && depth_ == 1) ++skipped_members_;
    return skipping_ || document_.Key(text, size, copy);
  }
  bool StartObject() { return ++depth_ <= max_depth && (skipping_ || document_.StartObject()); }
  bool EndObject(rapidjson::SizeType count) {
    return left_skipped() || document_.EndObject(depth_ == 0 ? count - skipped_members_ : count);
  }
  bool StartArray() { return ++depth_ <= max_depth && (skipping_ || document_.StartArray()); }
  bool EndArray(rapidjson::SizeType count) { return left_skipped() || document_.EndArray(count); }
  // NOLINTEND(readability-identifier-naming)

 private:
  // True for a plain value that is passed over; the member ends with it if it is all of the member's value.
  bool skipped_value() {
    const bool was_skipping = skipping_;
    if (depth_ == 1) skipping_ = false;
    return was_skipping;
  }
  bool left_skipped() {
    --depth_;
    return skipped_value();
  }

  Document& document_;
  int depth_ = 0;
  bool skipping_ = false;  // inside the value of a member that nobody reads
  rapidjson::SizeType skipped_members_ = 0;
};

// What Document::Populate calls with itself as the handler.
struct LineGenerator {
  char* line;
  rapidjson::ParseResult result{};

  bool operator()(Document& document) {
    rapidjson::InsituStringStream stream(line);
    rapidjson::Reader reader;
    DepthGuard guard(document);
    result = reader.Parse<rapidjson::kParseInsituFlag>(stream, guard);
    return !result.IsError();
  }
};

std::string syntax_problem(std::string_view line, const rapidjson::ParseResult& result) {
  for (const char byte : line) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 && byte != '\t' && byte != '\r') return "is not text: a binary file, or a damaged one";
  }
  if (result.Code() == rapidjson::kParseErrorTermination) return "is nested too deeply to be an event";
  return std::string("is not whole JSON: ") + rapidjson::GetParseError_En(result.Code());
}

}  // namespace

struct EventParser::Memory {
  std::vector<char> line;  // a copy: RapidJSON decodes strings in place
  std::vector<char> values = std::vector<char>(pool_bytes);
  std::vector<char> stack = std::vector<char>(pool_bytes);
  Pool value_pool{values.data(), values.size()};
  Pool stack_pool{stack.data(), stack.size()};
  LastRead last;
};

EventParser::EventParser() : memory_(std::make_unique<Memory>()) {}
EventParser::~EventParser() = default;
EventParser::EventParser(EventParser&&) noexcept = default;
EventParser& EventParser::operator=(EventParser&&) noexcept = default;

std::optional<Event> EventParser::parse(std::string_view line) {
  problem_ = {};
  if (line.find('\0') != std::string_view::npos) {
    problem_.message = syntax_problem(line, {});
    return std::nullopt;
  }
  memory_->line.resize(std::max(memory_->line.size(), line.size() + simd_block));
  std::memcpy(memory_->line.data(), line.data(), line.size());
  memory_->line[line.size()] = '\0';
  memory_->value_pool.Clear();
  memory_->stack_pool.Clear();
  Document document(&memory_->value_pool, pool_bytes / 4, &memory_->stack_pool);
  LineGenerator generator{memory_->line.data()};
  document.Populate(generator);
  if (generator.result.IsError() || !document.IsObject()) {
    problem_.message = generator.result.IsError() ? syntax_problem(line, generator.result) : "is not a JSON object";
    return std::nullopt;
  }
  std::optional<Event> event(std::in_place);
  of_selection_ = false;
  read_line(json::Place(problem_), json::Members(document), memory_->last, *event, of_selection_);
  if (!problem_.message.empty()) event.reset();
  return event;
}

}  // namespace cnamedrop::events
