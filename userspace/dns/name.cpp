// SPDX-License-Identifier: Apache-2.0
// Labels to text with escapes, and back.
#include "dns/name.h"

#include <array>
#include <cstring>

namespace cnamedrop::dns {
namespace {

constexpr std::size_t max_wire_name = 255;  // RFC 1035 section 3.1, the root's length byte included
constexpr std::size_t max_label = 63;
constexpr int max_hops = 64;  // more pointers than a name has room for labels between

// How a byte is written in a name.
struct Spelling {
  std::array<char, 4> characters{};
  std::uint8_t size = 0;
};

constexpr Spelling spell(std::uint8_t byte) {
  const char character = static_cast<char>(byte);
  if (byte == '.' || byte == '\\' || byte == '"') return {{'\\', character}, 2};
  if (byte >= 'A' && byte <= 'Z') return {{static_cast<char>(byte - 'A' + 'a')}, 1};
  if (byte > 0x20 && byte < 0x7f) return {{character}, 1};
  const auto digit = [byte](int unit) { return static_cast<char>('0' + byte / unit % 10); };
  return {{'\\', digit(100), digit(10), digit(1)}, 4};
}

constexpr std::array<Spelling, 256> spellings = [] {
  std::array<Spelling, 256> table;
  for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = spell(static_cast<std::uint8_t>(byte));
  return table;
}();

// The canonical form of one name while it grows, on the stack, so that a name costs one allocation. The caller keeps to
// the length limit of names on the wire.
class NameText {
 public:
  NameText() = default;
  NameText(const NameText&) = delete;  // end_ points into this object
  NameText& operator=(const NameText&) = delete;

  void add_label(std::span<const std::uint8_t> label) {
    char* end = end_;  // in a register
    for (const std::uint8_t byte : label) end = write(end, byte);
    end_ = end;
    end_label();
  }
  void add(std::uint8_t byte) { end_ = write(end_, byte); }
  void end_label() { *end_++ = '.'; }
  bool empty() const { return end_ == characters_; }
  std::string_view view() const { return {characters_, static_cast<std::size_t>(end_ - characters_)}; }

 private:
  static char* write(char* end, std::uint8_t byte) {
    const Spelling& spelling = spellings[byte];
    if (spelling.size == 1) {  // nearly always: the next byte need not wait for this one's size
      *end = spelling.characters[0];
      return end + 1;
    }
    std::memcpy(end, spelling.characters.data(), spelling.characters.size());
    return end + spelling.size;
  }

  char* end_ = characters_;
  char characters_[sizeof(Spelling::characters) * max_wire_name];
};

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
  NameText text;
  std::size_t at = offset;
  std::size_t lowest = offset;  // of every part of the name so far: a pointer must lead below it
  std::size_t wire_size = 1;
  int hops = 0;
  while (true) {
    if (at >= message.size()) return NameStatus::Cut;
    const std::uint8_t length = message[at];
    if (length == 0) break;
    if ((length & 0xc0) == 0xc0) {
      if (at + 1 >= message.size()) return NameStatus::Cut;
      const std::size_t target = static_cast<std::size_t>(length & 0x3f) << 8 | message[at + 1];
      if (hops == 0) offset = at + 2;
      if (target >= lowest || ++hops > max_hops) return NameStatus::BadPointer;
      at = lowest = target;
      continue;
    }
    if (length > max_label) return NameStatus::BadName;
    wire_size += 1U + length;
    if (wire_size > max_wire_name) return NameStatus::BadName;
    if (at + 1 + length > message.size()) return NameStatus::Cut;
    if (out != nullptr) text.add_label(message.subspan(at + 1, length));
    at += 1U + length;
  }
  if (hops == 0) offset = at + 1;
  if (out != nullptr) out->assign(text.empty() ? "." : text.view());
  return NameStatus::Ok;
}

std::optional<Name> canonical_name(std::string_view input) {
  if (input == ".") return ".";
  NameText text;
  std::size_t wire_size = 1;
  std::size_t label = 0;
  for (std::size_t at = 0; at < input.size();) {
    if (input[at] == '.') {
      if (label == 0) return std::nullopt;
      wire_size += 1 + label;
      label = 0;
      text.end_label();
      ++at;
      continue;
    }
    const std::optional<std::uint8_t> byte = unescape(input, at);
    ++label;
    if (!byte || label > max_label || wire_size + 1 + label > max_wire_name) return std::nullopt;
    text.add(*byte);
  }
  if (label != 0) text.end_label();
  if (text.empty()) return std::nullopt;
  return Name(text.view());
}

std::string_view short_name(std::string_view name) {
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  return name;
}

}  // namespace cnamedrop::dns
