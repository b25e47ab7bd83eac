// A checked view of one object of a parsed line: fetches fields as the types of an Event and keeps the first thing that
// is wrong, with the path of the field. A fetch that fails leaves its target alone, so that code reads straight down.
#pragma once

#include <rapidjson/document.h>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/enum_names.h"

namespace cnamedrop::events {

// The first problem of a line; an empty message: none yet. field is a path like "cause.credits[1].ttl".
struct FieldProblem {
  std::string field;
  std::string message;
};

// A conversion returns nullptr, or what it had expected to find ("a string").
using Expected = const char*;

// Text that the parsed line holds; valid as long as that.
inline std::string_view text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

Expected convert(const rapidjson::Value& value, std::string& out);
Expected convert(const rapidjson::Value& value, bool& out);
Expected convert(const rapidjson::Value& value, std::uint64_t& out);  // a number or decimal digits in a string
Expected convert(const rapidjson::Value& value, dns::IpAddress& out);
Expected convert_time(const rapidjson::Value& value, Time& out);
Expected convert_rr_type(const rapidjson::Value& value, std::uint16_t& out);
Expected convert_hex(const rapidjson::Value& value, std::uint64_t& out);

template <std::unsigned_integral Small>
Expected convert(const rapidjson::Value& value, Small& out) {
  if (!value.IsUint64() || value.GetUint64() > std::numeric_limits<Small>::max()) return "a whole number in its range";
  out = static_cast<Small>(value.GetUint64());
  return nullptr;
}

template <NamedEnum Enum>
Expected convert(const rapidjson::Value& value, Enum& out) {
  const auto known = value.IsString() ? from_string<Enum>(text_of(value)) : std::nullopt;
  if (!known) return "one of the names in the schema";
  out = *known;
  return nullptr;
}

template <typename T>
Expected convert(const rapidjson::Value& value, std::optional<T>& out) {
  T found{};
  const Expected expected = convert(value, found);
  if (expected == nullptr) out = std::move(found);
  return expected;
}

class Fields {
 public:
  Fields(const rapidjson::Value& object, FieldProblem& problem) : object_(&object), problem_(&problem) {}

  bool ok() const { return problem_->message.empty(); }
  bool has(std::string_view name) const { return find(name) != nullptr; }

  // Keeps the problem if it is the first.
  void fail(std::string_view name, std::string message) const;

  // Fetches a field that may be absent, and one that may not.
  template <typename T>
  void get(std::string_view name, T& out) const {
    get(name, out, [](const rapidjson::Value& value, T& target) { return convert(value, target); });
  }
  template <typename T, typename Convert>
  void get(std::string_view name, T& out, Convert conversion) const {
    if (const rapidjson::Value* value = find(name)) check(name, conversion(*value, out));
  }
  template <typename T, typename... Convert>
  void require(std::string_view name, T& out, Convert... conversion) const {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return fail(name, "is missing");
    check(name, convert_element(*value, out, conversion...));
  }

  // Calls read(Fields) for the object of that name, if there is one.
  template <typename Read>
  void object(std::string_view name, Read read) const {
    if (const rapidjson::Value* value = find(name)) read_object(name, *value, read);
  }
  template <typename Read>
  void require_object(std::string_view name, Read read) const {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return fail(name, "is missing");
    read_object(name, *value, read);
  }

  // Appends every element of an array of plain values.
  template <typename T, typename... Convert>
  void list(std::string_view name, std::vector<T>& out, Convert... conversion) const {
    elements(name, [&](const rapidjson::Value& value, std::size_t index) {
      T element{};
      check(name, convert_element(value, element, conversion...), index);
      out.push_back(std::move(element));
    });
  }
  // Appends read(Fields) for every element of an array of objects.
  template <typename T, typename Read>
  void objects(std::string_view name, std::vector<T>& out, Read read) const {
    elements(name, [&](const rapidjson::Value& value, std::size_t index) {
      if (!value.IsObject()) return fail(name, "holds something that is not an object");
      out.push_back(read(Fields(value, *this, name, index)));
    });
  }
  // Calls read(key, Fields) for every member, each of which must be an object.
  template <typename Read>
  void each_object(Read read) const {
    for (const auto& member : object_->GetObject()) {
      const std::string_view name = text_of(member.name);
      if (!member.value.IsObject()) return fail(name, "is not an object");
      read(name, Fields(member.value, *this, name));
    }
  }
  // Calls take(key, value) for every member, each of which must be a T.
  template <typename T, typename Take>
  void members(Take take) const {
    for (const auto& member : object_->GetObject()) {
      T value{};
      check(text_of(member.name), convert(member.value, value));
      take(text_of(member.name), std::move(value));
    }
  }

 private:
  static constexpr std::size_t no_index = std::numeric_limits<std::size_t>::max();

  Fields(const rapidjson::Value& object, const Fields& parent, std::string_view name, std::size_t index = no_index)
      : object_(&object), problem_(parent.problem_), parent_(&parent), name_(name), index_(index) {}

  template <typename Read>
  void read_object(std::string_view name, const rapidjson::Value& value, Read read) const {
    if (!value.IsObject()) return fail(name, "is not an object");
    read(Fields(value, *this, name));
  }

  template <typename T>
  static Expected convert_element(const rapidjson::Value& value, T& out) {
    return convert(value, out);
  }
  template <typename T, typename Convert>
  static Expected convert_element(const rapidjson::Value& value, T& out, Convert conversion) {
    return conversion(value, out);
  }

  template <typename Visit>
  void elements(std::string_view name, Visit visit) const {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return;
    if (!value->IsArray()) return fail(name, "is not an array");
    for (rapidjson::SizeType i = 0; i < value->Size(); ++i) visit((*value)[i], i);
  }

  const rapidjson::Value* find(std::string_view name) const;
  void check(std::string_view name, Expected expected, std::size_t index = no_index) const;
  std::string path() const;

  const rapidjson::Value* object_;
  FieldProblem* problem_;
  const Fields* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = no_index;
  mutable rapidjson::SizeType next_ = 0;  // where find() looks first: fields are read in the order they are written in
};

}  // namespace cnamedrop::events
