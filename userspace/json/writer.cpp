// SPDX-License-Identifier: Apache-2.0
// Escaping (RFC 8259 section 7) and UTF-8 (RFC 3629). Nearly every text is plain ASCII, so eight bytes are tested at
// once and runs are appended whole.
#include "json/writer.h"

#include <charconv>
#include <cstring>

namespace cnamedrop::json {
namespace {

constexpr std::uint64_t max_exact_double = std::uint64_t{1} << 53;
constexpr std::uint64_t ones = 0x0101010101010101;
constexpr std::uint64_t tops = 0x8080808080808080;

bool is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\'; }

// True when all eight bytes are plain. (x - ones) & ~x & tops finds a zero byte; the two xors turn the quote and the
// backslash into one, subtracting 0x20 finds what lies below it, adding 1 finds DEL.
bool eight_plain(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t quote = word ^ (ones * '"');
  const std::uint64_t backslash = word ^ (ones * '\\');
  const std::uint64_t special = (word - ones * 0x20) | (quote - ones) | (backslash - ones) | (word + ones) | word;
  return (special & tops) == 0;
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size() && eight_plain(text.data() + at)) at += 8;
  const bool short_rest = text.size() >= 8 && text.size() - at < 8;
  if (short_rest && eight_plain(text.data() + text.size() - 8)) return text.size();  // overlaps what was tested
  while (at < text.size() && is_plain(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

// Bytes of the well-formed UTF-8 sequence that text begins with (Unicode table 3-7); 0 if it is ill-formed.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool too_large = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

// U+0080 to U+009F behind 0xC2: JSON allows them, but a terminal obeys them.
bool is_c1_control(char byte) {
  return static_cast<unsigned char>(byte) >= 0x80 && static_cast<unsigned char>(byte) < 0xA0;
}

void append_control(std::string& out, unsigned char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 0xFU];
  }
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto byte = static_cast<unsigned char>(text.front());
    std::size_t used = 1;
    if (byte < 0x80) {
      append_control(out, byte);
    } else if (byte == 0xC2 && text.size() > 1 && is_c1_control(text[1])) {
      append_control(out, static_cast<unsigned char>(text[1]));
      used = 2;
    } else if (const std::size_t sequence = utf8_sequence(text); sequence != 0) {
      out.append(text.data(), sequence);
      used = sequence;
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(used);
  }
}

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

// A plain text, as nearly all are, is written in one piece: growing the string by every quote and comma costs more than
// the text itself.
void Writer::quoted(std::string_view text, bool is_key) {
  if (plain_prefix(text) != text.size()) {
    separate();
    out_ += '"';
    append_escaped(out_, text);
    out_ += is_key ? "\":" : "\"";
    return;
  }
  const std::size_t begin = out_.size();
  const std::size_t comma = first_ ? 0 : 1;
  out_.resize(begin + comma + text.size() + 2 + (is_key ? 1 : 0));
  char* at = out_.data() + begin;
  if (!first_) *at++ = ',';
  *at++ = '"';
  at += text.copy(at, text.size());
  *at++ = '"';
  if (is_key) *at = ':';
  first_ = false;
}

void Writer::number(std::uint64_t value) {
  if (value > max_exact_double) return number_string(value);
  separate();
  append_integer(out_, value);
}

void Writer::number_string(std::uint64_t value) {
  plain_string([value](std::string& out) { append_integer(out, value); });
}

void Writer::signed_number_string(std::int64_t value) {
  plain_string([value](std::string& out) { append_integer(out, value); });
}

void Writer::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void Writer::null() {
  separate();
  out_ += "null";
}

}  // namespace cnamedrop::json
