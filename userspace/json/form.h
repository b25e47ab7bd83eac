// SPDX-License-Identifier: Apache-2.0
// How values are written, read and described in a schema, by their type: each Form is the three functions of one type.
// Objects follow from their description (json/description.h). Included only where JSON is made or taken apart.
#pragma once

#include <rapidjson/document.h>

#include <charconv>
#include <chrono>
#include <concepts>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "json/description.h"
#include "json/place.h"
#include "json/schema.h"
#include "json/writer.h"

namespace cnamedrop::json {

using Value = rapidjson::Value;

// What a reader had expected to find ("a string"); nullptr when the value was that.
using Expected = const char*;

// Text that the parsed line holds; valid as long as that.
inline std::string_view text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

// What the fields of a type are written with, where they need more than the object; a type says so by json_context.
struct NoContext {};

template <typename T>
struct ContextOf {
  using type = NoContext;
};
template <typename T>
requires requires { typename T::json_context; }
struct ContextOf<T> {
  using type = typename T::json_context;
};

// A Form has write(Writer&, value[, context]), schema(Writer&, Schema&), which writes the members of the value's
// schema, and either parse(Value, value&) for plain values or read(Place, Value, value&) for those with places of their
// own inside.
template <typename T>
struct Form;

template <typename FormTag, typename T>
using FormOf = std::conditional_t<std::is_same_v<FormTag, ByType>, Form<T>, FormTag>;

template <typename F, typename T, typename Context>
void write_as(Writer& json, const T& value, const Context& context) {
  if constexpr (requires { F::write(json, value, context); })
    F::write(json, value, context);
  else
    F::write(json, value);
}

template <typename F, typename T>
void read_as(const Place& at, const Value& value, T& out) {
  if constexpr (requires { F::read(at, value, out); }) {
    F::read(at, value, out);
  } else if (const Expected expected = F::parse(value, out); expected != nullptr) {
    at.fail(std::string("is not ") + expected);
  }
}

// The members of one object by name. Fields are mostly read in the order in which they were written: the search begins
// behind the member that was found last.
class Members {
 public:
  explicit Members(const Value& object) : object_(&object) {}

  // Null if there is no such member.
  const Value* find(std::string_view name) const {
    const rapidjson::SizeType count = object_->MemberCount();
    const auto first = object_->MemberBegin();
    for (rapidjson::SizeType tried = 0, at = next_; tried < count; ++tried, ++at) {
      if (at >= count) at = 0;
      const auto& member = first[static_cast<std::ptrdiff_t>(at)];
      const std::string_view text = text_of(member.name);
      // Names of one length mostly differ in their first letter: that is seen without a call.
      if (text.size() == name.size() && text.front() == name.front() && text == name) {
        next_ = at + 1;
        return &member.value;
      }
    }
    return nullptr;
  }

 private:
  const Value* object_;
  mutable rapidjson::SizeType next_ = 0;
};

// Reads a member that is no field of a description. True if it is there.
template <typename F, typename T>
bool read_member(const Place& at, const Members& members, std::string_view name, T& out) {
  const Value* value = members.find(name);
  if (value == nullptr) return false;
  read_as<F>(Place(at, name), *value, out);
  return true;
}

namespace detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename F, typename T>
bool is_empty(const T& value) {
  if constexpr (requires { F::is_empty(value); })
    return F::is_empty(value);
  else if constexpr (requires { value.empty(); })
    return value.empty();
  else if constexpr (IsOptional<T>::value)
    return !value.has_value();
  else
    return value == T{};
}

template <typename F, typename T, typename Context>
decltype(auto) get(const F& field, const T& object, const Context& context) {
  if constexpr (std::is_invocable_v<decltype(field.get), const T&, const Context&>)
    return std::invoke(field.get, object, context);
  else
    return std::invoke(field.get, object);
}

template <typename T, typename Get, typename Context>
void write_field(Writer& json, const Spliced<Get>& field, const T& object, const Context& context);

template <typename F, typename T, typename Context>
void write_field(Writer& json, const F& field, const T& object, const Context& context) {
  decltype(auto) value = get(field, object, context);
  using V = std::remove_cvref_t<decltype(value)>;
  if constexpr (F::presence == Presence::UnlessEmpty) {
    if (is_empty<typename F::form>(value)) return;
  }
  json.key(field.name);
  if constexpr (IsOptional<V>::value)
    write_as<FormOf<typename F::form, typename V::value_type>>(json, *value, context);
  else
    write_as<FormOf<typename F::form, V>>(json, value, context);
}

template <typename F, typename T>
void read_field(const Place& at, const F& field, const Members& members, T& object) {
  if constexpr (F::is_read) {
    auto& out = std::invoke(field.get, object);
    using V = std::remove_cvref_t<decltype(out)>;
    const std::string_view name = field.name.text();
    const Value* value = members.find(name);
    if (value == nullptr) {
      if constexpr (F::presence == Presence::Required) Place(at, name).fail("is missing");
    } else if constexpr (IsOptional<V>::value) {
      read_as<FormOf<typename F::form, typename V::value_type>>(Place(at, name), *value, out.emplace());
    } else {
      read_as<FormOf<typename F::form, V>>(Place(at, name), *value, out);
    }
  }
}

template <typename T, typename Get>
void read_field(const Place&, const Spliced<Get>&, const Members&, T&) {}

template <typename T, typename Get>
void add_field_schema(ObjectSchema& object, const Spliced<Get>& field);

template <typename T, typename F>
void add_field_schema(ObjectSchema& object, const F& field) {
  using Context = typename ContextOf<T>::type;
  using Got = decltype(get(field, std::declval<const T&>(), std::declval<const Context&>()));
  using V = std::remove_cvref_t<Got>;
  constexpr bool optional = F::presence == Presence::UnlessEmpty;
  object.member(field.name, field.sentence, !optional, [&](Writer& json, Schema& schema) {
    if constexpr (IsOptional<V>::value)
      FormOf<typename F::form, typename V::value_type>::schema(json, schema);
    else if constexpr (optional && std::is_same_v<V, bool>)
      json.raw_member("enum", "[true]");
    else
      FormOf<typename F::form, V>::schema(json, schema);
    if constexpr (optional && std::is_convertible_v<V, std::string_view> && std::is_same_v<typename F::form, ByType>)
      json.field("minLength", std::uint64_t{1});
  });
}

}  // namespace detail

// The members of an object that the caller has opened.
template <Described T, typename Context = NoContext>
void write_fields(Writer& json, const T& object, const Context& context = {}) {
  std::apply([&](const auto&... field) { (detail::write_field(json, field, object, context), ...); },
             Description<T>::value.fields);
}

template <Described T>
void read_fields(const Place& at, const Members& members, T& object) {
  std::apply([&](const auto&... field) { (detail::read_field(at, field, members, object), ...); },
             Description<T>::value.fields);
}

template <Described T>
void add_fields(ObjectSchema& object) {
  std::apply([&](const auto&... field) { (detail::add_field_schema<T>(object, field), ...); },
             Description<T>::value.fields);
}

namespace detail {

template <typename T, typename Get, typename Context>
void write_field(Writer& json, const Spliced<Get>& field, const T& object, const Context& context) {
  write_fields(json, std::invoke(field.get, object), context);
}

template <typename T, typename Get>
void add_field_schema(ObjectSchema& object, const Spliced<Get>&) {
  add_fields<std::remove_cvref_t<std::invoke_result_t<Get, const T&>>>(object);
}

}  // namespace detail

template <Described T>
struct Form<T> {
  template <typename Context>
  static void write(Writer& json, const T& value, const Context& context) {
    json.begin_object();
    write_fields(json, value, context);
    json.end_object();
  }
  static void read(const Place& at, const Value& value, T& out) {
    if (!value.IsObject()) return at.fail("is not an object");
    read_fields(at, Members(value), out);
  }
  static void schema(Writer& json, Schema& schema) {
    constexpr auto& description = Description<T>::value;
    schema.reference(json, description.name, description.sentence, [](ObjectSchema& object) { add_fields<T>(object); });
  }
};

template <>
struct Form<std::string> {
  static void write(Writer& json, std::string_view value) { json.string(value); }
  static Expected parse(const Value& value, std::string& out) {
    if (!value.IsString()) return "a string";
    out.assign(value.GetString(), value.GetStringLength());
    return nullptr;
  }
  static void schema(Writer& json, Schema&) { json.field("type", "string"); }
};

// Only written: of what is made on the fly.
template <>
struct Form<std::string_view> {
  static void write(Writer& json, std::string_view value) { json.string(value); }
  static void schema(Writer& json, Schema&) { json.field("type", "string"); }
};

template <>
struct Form<bool> {
  static void write(Writer& json, bool value) { json.boolean(value); }
  static Expected parse(const Value& value, bool& out) {
    if (!value.IsBool()) return "true or false";
    out = value.GetBool();
    return nullptr;
  }
  static void schema(Writer& json, Schema&) { json.field("type", "boolean"); }
};

template <std::unsigned_integral Small>
struct Form<Small> {
  static void write(Writer& json, Small value) { json.number(value); }
  static Expected parse(const Value& value, Small& out) {
    if (!value.IsUint64() || value.GetUint64() > std::numeric_limits<Small>::max())
      return "a whole number in its range";
    out = static_cast<Small>(value.GetUint64());
    return nullptr;
  }
  static void schema(Writer& json, Schema&) {
    json.field("type", "integer");
    json.field("minimum", std::uint64_t{0});
    json.field("maximum", std::uint64_t{std::numeric_limits<Small>::max()});
  }
};

// A decimal string, which readers that keep numbers as doubles do not change.
struct Digits {
  static void write(Writer& json, std::uint64_t value) { json.number_string(value); }
  static void write(Writer& json, std::int64_t value) { json.signed_number_string(value); }
  static void write(Writer& json, std::chrono::nanoseconds value) { json.signed_number_string(value.count()); }

  template <typename Number>
  requires std::integral<Number>
  static Expected parse(const Value& value, Number& out) {
    if (value.IsUint64() && std::in_range<Number>(value.GetUint64())) {
      out = static_cast<Number>(value.GetUint64());
      return nullptr;
    }
    const std::string_view text = value.IsString() ? text_of(value) : std::string_view{};
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, out);
    return !text.empty() && error == std::errc{} && end == last ? nullptr : "a whole number, or one in a string";
  }
  static Expected parse(const Value& value, std::chrono::nanoseconds& out) {
    std::int64_t count = 0;
    const Expected expected = parse(value, count);
    if (expected == nullptr) out = std::chrono::nanoseconds(count);
    return expected;
  }
  static void schema(Writer& json, Schema&) {
    json.field("type", "string");
    json.field("pattern", "^-?[0-9]+$");
  }
};

// A number; a decimal string beyond 2^53.
template <>
struct Form<std::uint64_t> {
  static void write(Writer& json, std::uint64_t value) { json.number(value); }
  static Expected parse(const Value& value, std::uint64_t& out) { return Digits::parse(value, out); }
  static void schema(Writer& json, Schema&) {
    json.raw_member("type", R"(["integer","string"])");
    json.field("minimum", std::uint64_t{0});
    json.field("pattern", "^[0-9]+$");
  }
};

template <>
struct Form<std::chrono::nanoseconds> : Digits {};

template <typename T, typename F = Form<T>>
struct ListForm {
  template <typename List, typename Context>
  static void write(Writer& json, const List& values, const Context& context) {
    json.begin_array();
    for (const auto& value : values) write_as<F>(json, value, context);
    json.end_array();
  }
  static void read(const Place& at, const Value& value, std::vector<T>& out) {
    if (!value.IsArray()) return at.fail("is not an array");
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) read_as<F>(Place(at, i), value[i], out.emplace_back());
  }
  static void schema(Writer& json, Schema& schema) {
    json.field("type", "array");
    json.key("items");
    json.begin_object();
    F::schema(json, schema);
    json.end_object();
  }
};

template <typename T>
struct Form<std::vector<T>> : ListForm<T> {};
template <typename T>
struct Form<std::set<T>> : ListForm<T> {};

// An object whose members are named by the keys.
template <typename T>
struct Form<std::map<std::string, T>> {
  static void write(Writer& json, const std::map<std::string, T>& values) {
    json.begin_object();
    for (const auto& [key, value] : values) {
      json.key(key);
      Form<T>::write(json, value);
    }
    json.end_object();
  }
  static void read(const Place& at, const Value& value, std::map<std::string, T>& out) {
    if (!value.IsObject()) return at.fail("is not an object");
    for (const auto& member : value.GetObject())
      read_as<Form<T>>(Place(at, text_of(member.name)), member.value, out[std::string(text_of(member.name))]);
  }
  static void schema(Writer& json, Schema& schema) {
    json.field("type", "object");
    json.key("additionalProperties");
    json.begin_object();
    Form<T>::schema(json, schema);
    json.end_object();
  }
};

}  // namespace cnamedrop::json
