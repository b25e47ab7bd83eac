// SPDX-License-Identifier: Apache-2.0
// Writes JSON by appending to a string that the caller keeps and reuses. Whatever the bytes of a text are, what comes
// out is valid JSON in valid UTF-8, without a control character that a terminal would obey. It does not check that
// objects are closed: that is the caller's to test.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cnamedrop::json {

// The name of a member. A literal is known to need no escaping when it is compiled; any other text is looked at.
class FieldName {
 public:
  // Implicit, so that a call reads as if it took a string.
  // NOLINTBEGIN(google-explicit-constructor)
  template <std::size_t size>
  consteval FieldName(const char (&literal)[size]) : text_(literal, size - 1), plain_(true) {
    static_assert(size - 1 <= max_literal);
    if (!std::ranges::all_of(text_, needs_no_escape)) throw "a field name that needs escaping";
  }
  FieldName(std::string_view text) : text_(text) {}
  FieldName(const std::string& text) : text_(text) {}
  // NOLINTEND(google-explicit-constructor)

  static constexpr std::size_t max_literal = 32;
  std::string_view text() const { return text_; }
  bool plain() const { return plain_; }

 private:
  static constexpr bool needs_no_escape(char byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
  }

  std::string_view text_;
  bool plain_ = false;
};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(FieldName name) {
    if (name.plain())
      plain_key(name.text());
    else
      quoted(name.text(), true);
    first_ = true;
  }

  // Bytes that are no UTF-8 become U+FFFD, one each.
  void string(std::string_view text) { quoted(text, false); }

  // A text that needs no escaping, made by append(out) itself: addresses, times.
  template <std::invocable<std::string&> Append>
  void plain_string(Append append) {
    separate();
    out_ += '"';
    append(out_);
    out_ += '"';
  }

  // A number; as a string beyond 2^53, where readers that keep numbers as doubles would change it.
  void number(std::uint64_t value);

  // Always as a string, as protobuf's JSON (and so Hubble) writes 64-bit integers.
  void number_string(std::uint64_t value);
  void signed_number_string(std::int64_t value);

  void boolean(bool value);
  void null();

  // A member whose value is JSON already.
  void raw_member(FieldName name, std::string_view value) {
    key(name);
    separate();
    out_ += value;
  }

  // One member of an object.
  void field(FieldName name, std::string_view value) {
    key(name);
    string(value);
  }
  void field(FieldName name, std::uint64_t value) {
    key(name);
    number(value);
  }
  void field(FieldName name, std::same_as<bool> auto value) {
    key(name);
    boolean(value);
  }
  // One member, left out when it says nothing.
  void field_unless_empty(FieldName name, std::string_view value) {
    if (!value.empty()) field(name, value);
  }
  void field_unless_zero(FieldName name, std::uint64_t value) {
    if (value != 0) field(name, value);
  }
  void field_if(FieldName name, bool value) {
    if (value) field(name, true);
  }

 private:
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  // In one piece, made on the stack: every single append to the string costs as much as this whole.
  void plain_key(std::string_view name) {
    char piece[FieldName::max_literal + sizeof R"(,"":)"];
    char* at = piece;
    if (!first_) *at++ = ',';
    *at++ = '"';
    at += name.copy(at, FieldName::max_literal);
    *at++ = '"';
    *at++ = ':';
    out_.append(piece, at);
  }

  void quoted(std::string_view text, bool is_key);

  std::string& out_;
  bool first_ = true;  // no comma before the next value: it opens its container or follows its key
};

}  // namespace cnamedrop::json
