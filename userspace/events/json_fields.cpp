// Conversions of plain values, the search for a field, and the path of one that is wrong.
#include "events/json_fields.h"

#include <charconv>

#include "types/time_text.h"

namespace cnamedrop::events {
namespace {

bool read_integer(std::string_view text, std::uint64_t& out, int base) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, out, base);
  return error == std::errc{} && end == last;
}

// Names of one length mostly differ in their first letter: that is seen without a call.
bool is_named(const rapidjson::Value& value, std::string_view name) {
  const std::string_view text = text_of(value);
  return text.size() == name.size() && text.front() == name.front() && text == name;
}

}  // namespace

Expected convert(const rapidjson::Value& value, std::string& out) {
  if (!value.IsString()) return "a string";
  out.assign(value.GetString(), value.GetStringLength());
  return nullptr;
}

Expected convert(const rapidjson::Value& value, bool& out) {
  if (!value.IsBool()) return "true or false";
  out = value.GetBool();
  return nullptr;
}

Expected convert(const rapidjson::Value& value, std::uint64_t& out) {
  if (value.IsUint64()) {
    out = value.GetUint64();
    return nullptr;
  }
  const bool read = value.IsString() && read_integer(text_of(value), out, 10);
  return read ? nullptr : "a whole number, or one in a string";
}

Expected convert(const rapidjson::Value& value, dns::IpAddress& out) {
  const auto address = value.IsString() ? dns::parse_ip(text_of(value)) : std::nullopt;
  if (!address) return "an IP address";
  out = *address;
  return nullptr;
}

Expected convert_time(const rapidjson::Value& value, Time& out) {
  const auto time = value.IsString() ? parse_time(text_of(value)) : std::nullopt;
  if (!time) return "an RFC 3339 time in UTC";
  out = *time;
  return nullptr;
}

Expected convert_rr_type(const rapidjson::Value& value, std::uint16_t& out) {
  const auto type = value.IsString() ? dns::rr_type_from_string(text_of(value)) : std::nullopt;
  if (!type) return "the name of a record type";
  out = *type;
  return nullptr;
}

Expected convert_hex(const rapidjson::Value& value, std::uint64_t& out) {
  const std::string_view text = value.IsString() ? text_of(value) : std::string_view{};
  const bool read = text.starts_with("0x") && read_integer(text.substr(2), out, 16);
  return read ? nullptr : "a hexadecimal number in a string";
}

const rapidjson::Value* Fields::find(std::string_view name) const {
  const rapidjson::SizeType count = object_->MemberCount();
  const auto first = object_->MemberBegin();
  for (rapidjson::SizeType tried = 0, at = next_; tried < count; ++tried, ++at) {
    if (at >= count) at = 0;
    const auto& member = first[static_cast<std::ptrdiff_t>(at)];
    if (is_named(member.name, name)) {
      next_ = at + 1;
      return &member.value;
    }
  }
  return nullptr;
}

void Fields::fail(std::string_view name, std::string message) const {
  if (!ok()) return;
  problem_->field = path();
  if (!problem_->field.empty()) problem_->field += '.';
  problem_->field += name;
  problem_->message = std::move(message);
}

void Fields::check(std::string_view name, Expected expected, std::size_t index) const {
  if (expected == nullptr || !ok()) return;
  fail(name, std::string("is not ") + expected);
  if (index != no_index) problem_->field += '[' + std::to_string(index) + ']';
}

std::string Fields::path() const {
  if (parent_ == nullptr) return "";
  std::string path = parent_->path();
  if (!path.empty()) path += '.';
  path += name_;
  if (index_ != no_index) path += '[' + std::to_string(index_) + ']';
  return path;
}

}  // namespace cnamedrop::events
