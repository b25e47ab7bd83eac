// JSON text -> RapidJSON values, in place and in memory that is reused; event_fields.cpp makes the Event of them.
// Nothing in a line is trusted: a problem is said with the path of the field.
#include "events/event_parser.h"

#include <rapidjson/error/en.h>

#include <cstring>

#include "events/event_fields.h"

namespace cnamedrop::events {
namespace {

constexpr int max_depth = 16;                // an event nests six deep
constexpr std::size_t pool_bytes = 1 << 16;  // values of a usual line
constexpr std::size_t simd_block = 16;       // RapidJSON reads the one that the final '\0' is in to its end

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;

// Passes the parser's calls on to the document and stops at max_depth: the parser recurses, and a line of a million
// brackets would use up the stack.
struct DepthGuard {
  Document& document;
  int depth = 0;

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return document.Null(); }
  bool Bool(bool value) { return document.Bool(value); }
  bool Int(int value) { return document.Int(value); }
  bool Uint(unsigned value) { return document.Uint(value); }
  bool Int64(std::int64_t value) { return document.Int64(value); }
  bool Uint64(std::uint64_t value) { return document.Uint64(value); }
  bool Double(double value) { return document.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) { return document.RawNumber(text, size, copy); }
  bool String(const char* text, rapidjson::SizeType size, bool copy) { return document.String(text, size, copy); }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return document.Key(text, size, copy); }
  bool StartObject() { return ++depth <= max_depth && document.StartObject(); }
  bool EndObject(rapidjson::SizeType count) { return leave() && document.EndObject(count); }
  bool StartArray() { return ++depth <= max_depth && document.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return leave() && document.EndArray(count); }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool leave() {
    --depth;
    return true;
  }
};

// What Document::Populate calls with itself as the handler.
struct LineGenerator {
  char* line;
  rapidjson::ParseResult result{};

  bool operator()(Document& document) {
    rapidjson::InsituStringStream stream(line);
    rapidjson::Reader reader;
    DepthGuard guard{document};
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
  read_event(Fields(document, problem_), *event);
  if (!problem_.message.empty()) event.reset();
  return event;
}

}  // namespace cnamedrop::events
