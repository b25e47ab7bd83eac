// SPDX-License-Identifier: Apache-2.0
// What a type looks like as a JSON object, described once: json/form.h derives the writer, the reader and the schema
// from it. Light enough for every header that holds a type; it knows nothing of how values are written.
#pragma once

#include <tuple>
#include <type_traits>

#include "json/writer.h"

namespace cnamedrop::json {

// The form of a field whose type alone says how it is written. Other forms are named where they are defined.
struct ByType;

enum class Presence {
  Required,     // always written; to read an object without it is an error
  Always,       // always written; an object without it has the default
  UnlessEmpty,  // left out where it says nothing: "", 0, false, no element, no value
};

// One member of the object. Get is a pointer to a data member, or a function of the described object; of one that is
// only written, the function may ask for the context as well. The sentence is the schema's description.
template <typename FormTag, Presence presence_, bool is_read_, typename Get>
struct Field {
  using form = FormTag;
  static constexpr Presence presence = presence_;
  static constexpr bool is_read = is_read_;

  FieldName name;
  Get get;
  const char* sentence;
};

template <typename FormTag = ByType, typename Get>
constexpr auto required(FieldName name, Get get, const char* sentence) {
  return Field<FormTag, Presence::Required, true, Get>{name, get, sentence};
}
template <typename FormTag = ByType, typename Get>
constexpr auto always(FieldName name, Get get, const char* sentence) {
  return Field<FormTag, Presence::Always, true, Get>{name, get, sentence};
}
template <typename FormTag = ByType, typename Get>
constexpr auto optional(FieldName name, Get get, const char* sentence) {
  return Field<FormTag, Presence::UnlessEmpty, true, Get>{name, get, sentence};
}
// What follows from other fields, or is computed anew by whoever reads: it is passed over on reading.
template <typename FormTag = ByType, typename Get>
constexpr auto derived(FieldName name, Get get, const char* sentence) {
  return Field<FormTag, Presence::Always, false, Get>{name, get, sentence};
}
template <typename FormTag = ByType, typename Get>
constexpr auto derived_unless_empty(FieldName name, Get get, const char* sentence) {
  return Field<FormTag, Presence::UnlessEmpty, false, Get>{name, get, sentence};
}

// The fields of another described object, which get returns, in this one. Only written.
template <typename Get>
struct Spliced {
  Get get;
};
template <typename Get>
constexpr auto spliced(Get get) {
  return Spliced<Get>{get};
}

template <typename... Fields>
struct ObjectDescription {
  const char* name;      // of the definition in the schema
  const char* sentence;  // what such an object is
  std::tuple<Fields...> fields;
};

template <typename... Fields>
constexpr ObjectDescription<Fields...> object(const char* name, const char* sentence, Fields... fields) {
  return {name, sentence, {fields...}};
}

// A type describes itself by a static function describe(); for a type of a part that knows no JSON this is specialised.
template <typename T>
struct Description {};
template <typename T>
requires requires { T::describe(); }
struct Description<T> {
  static constexpr auto value = T::describe();
};

template <typename T>
concept Described = requires {
  Description<T>::value;
};

}  // namespace cnamedrop::json
