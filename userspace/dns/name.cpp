// Labels to text with escapes, and back.
#include "dns/name.h"

#include <cctype>

namespace cnamedrop::dns {
namespace {

constexpr std::size_t max_wire_name = 255;  // RFC 1035 section 3.1, the root's length byte included
constexpr std::size_t max_label = 63;
constexpr int max_hops = 64;  // more pointers than a name has room for labels between

void append_byte(Name& out, std::uint8_t byte) {
  if (byte == '.' || byte == '\\' || byte == '"') {
    out += '\\';
    out += static_cast<char>(byte);
  } else if (byte < 0x21 || byte > 0x7e) {
    out += '\\';
    out += static_cast<char>('0' + byte / 100);
    out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  } else {
    out += static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
  }
}

void append_label(Name& out, std::span<const std::uint8_t> label) {
  for (const std::uint8_t byte : label) append_byte(out, byte);
  out += '.';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One byte of a name in text form; moves at behind it.
std::optional<std::uint8_t> unescape(std::string_view text, std::size_t& at) {
  if (text[at] != '\\') return static_cast<std::uint8_t>(text[at++]);
  if (at + 1 >= text.size()) return std::nullopt;
  if (!is_digit(text[at + 1])) {
    at += 2;
    return static_cast<std::uint8_t>(text[at - 1]);
  }
  if (at + 3 >= text.size() || !is_digit(text[at + 2]) || !is_digit(text[at + 3])) return std::nullopt;
  const int value = (text[at + 1] - '0') * 100 + (text[at + 2] - '0') * 10 + (text[at + 3] - '0');
  at += 4;
  if (value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

}  // namespace

NameStatus read_name(std::span<const std::uint8_t> message, std::size_t& offset, Name* out) {
  std::size_t at = offset;
  std::size_t lowest = offset;  // of every part of the name so far: a pointer must lead below it
  std::size_t wire_size = 1;
  int hops = 0;
  while (true) {
    if (at >= message.size()) return NameStatus::Cut;
    const std::uint8_t length = message[at];
    if (length == 0) {
      if (hops == 0) offset = at + 1;
      if (out != nullptr && out->empty()) *out = ".";
      return NameStatus::Ok;
    }
    if ((length & 0xc0) == 0xc0) {
      if (at + 1 >= message.size()) return NameStatus::Cut;
      const std::size_t target = static_cast<std::size_t>(length & 0x3f) << 8 | message[at + 1];
      if (hops == 0) offset = at + 2;
      if (target >= lowest || ++hops > max_hops) return NameStatus::BadPointer;
      at = lowest = target;
      continue;
    }
    if (length > max_label) return NameStatus::BadName;
    if (at + 1 + length > message.size()) return NameStatus::Cut;
    wire_size += 1U + length;
    if (wire_size > max_wire_name) return NameStatus::BadName;
    if (out != nullptr) append_label(*out, message.subspan(at + 1, length));
    at += 1U + length;
  }
}

std::optional<Name> canonical_name(std::string_view text) {
  Name name;
  if (text == ".") return ".";
  std::size_t wire_size = 1;
  std::size_t label = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '.') {
      if (label == 0) return std::nullopt;
      wire_size += 1 + label;
      label = 0;
      name += '.';
      ++at;
      continue;
    }
    const std::optional<std::uint8_t> byte = unescape(text, at);
    if (!byte || ++label > max_label) return std::nullopt;
    append_byte(name, *byte);
  }
  if (label != 0) {
    wire_size += 1 + label;
    name += '.';
  }
  if (name.empty() || wire_size > max_wire_name) return std::nullopt;
  return name;
}

}  // namespace cnamedrop::dns
