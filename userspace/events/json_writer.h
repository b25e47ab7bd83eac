// Writes JSON by appending to a string that the caller keeps and reuses. Whatever the bytes of a text are, what comes
// out is valid JSON in valid UTF-8. It does not check that objects are closed: that is the caller's to test.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cnamedrop::events {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    quoted(name, true);
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

  // One member of an object.
  void field(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void field(std::string_view name, std::uint64_t value) {
    key(name);
    number(value);
  }
  void field(std::string_view name, std::same_as<bool> auto value) {
    key(name);
    boolean(value);
  }
  // One member, left out when it says nothing.
  void field_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) field(name, value);
  }
  void field_unless_zero(std::string_view name, std::uint64_t value) {
    if (value != 0) field(name, value);
  }
  void field_if(std::string_view name, bool value) {
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

  void quoted(std::string_view text, bool is_key);

  std::string& out_;
  bool first_ = true;  // no comma before the next value: it opens its container or follows its key
};

}  // namespace cnamedrop::events
