// SPDX-License-Identifier: Apache-2.0
// How the values of events are written, read and described that json/form.h does not know: times, addresses, enums by
// name, record types. Included only where events are made or taken apart.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "events/enum_names.h"
#include "events/event.h"
#include "json/form.h"
#include "types/time_text.h"

namespace cnamedrop::json {

// By name. A name that is none is an error: it is never taken for another one.
template <events::NamedEnum Enum>
struct Form<Enum> {
  static void write(Writer& json, Enum value) { json.string(events::to_string(value)); }
  static Expected parse(const Value& value, Enum& out) {
    const auto known = value.IsString() ? events::from_string<Enum>(text_of(value)) : std::nullopt;
    if (!known) return "one of the names in the schema";
    out = *known;
    return nullptr;
  }
  static void schema(Writer& json, Schema&) {
    json.key("enum");
    json.begin_array();
    for (const std::string_view name : events::EnumNames<Enum>::names)
      if (!name.empty()) json.string(name);
    json.end_array();
  }
};

template <>
struct Form<Time> {
  static void write(Writer& json, Time value) {
    json.plain_string([value](std::string& out) { append_time(out, value); });
  }
  static Expected parse(const Value& value, Time& out) {
    const auto time = value.IsString() ? parse_time(text_of(value)) : std::nullopt;
    if (!time) return "an RFC 3339 time in UTC";
    out = *time;
    return nullptr;
  }
  static void schema(Writer& json, Schema&) {
    json.field("type", "string");
    json.field("format", "date-time");
    json.field("pattern", R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z$)");
  }
};

template <>
struct Form<dns::IpAddress> {
  static void write(Writer& json, const dns::IpAddress& value) { json.string(dns::to_string(value)); }
  static Expected parse(const Value& value, dns::IpAddress& out) {
    const auto address = value.IsString() ? dns::parse_ip(text_of(value)) : std::nullopt;
    if (!address) return "an IP address";
    out = *address;
    return nullptr;
  }
  static void schema(Writer& json, Schema&) {
    json.field("type", "string");
    json.field("minLength", std::uint64_t{1});
  }
};

template <>
struct Description<dns::Endpoint> {
  static constexpr auto value =
      object("endpoint", "An address and a port.", required("ip", &dns::Endpoint::address, "Address."),
             optional("port", &dns::Endpoint::port, "Port; absent when the protocol has none."));
};

}  // namespace cnamedrop::json

namespace cnamedrop::events {

// The name of a record type: "A", "TYPE65280".
struct RrType {
  static void write(json::Writer& json, std::uint16_t value) { json.string(dns::rr_type_to_string(value)); }
  static json::Expected parse(const json::Value& value, std::uint16_t& out) {
    const auto type = value.IsString() ? dns::rr_type_from_string(json::text_of(value)) : std::nullopt;
    if (!type) return "the name of a record type";
    out = *type;
    return nullptr;
  }
  static void schema(json::Writer& json, json::Schema&) {
    json.field("type", "string");
    json.field("pattern", "^[A-Z0-9-]+$");
  }
};

struct Hexadecimal {
  static void write(json::Writer& json, std::uint64_t value) {
    json.plain_string([value](std::string& out) {
      char digits[16];
      const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
      out += "0x";
      out.append(digits, static_cast<std::size_t>(end - digits));
    });
  }
  static json::Expected parse(const json::Value& value, std::uint64_t& out) {
    constexpr json::Expected expected = "a hexadecimal number in a string";
    const std::string_view text = value.IsString() ? json::text_of(value) : std::string_view{};
    if (!text.starts_with("0x")) return expected;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + 2, last, out, 16);
    return error == std::errc{} && end == last ? nullptr : expected;
  }
  static void schema(json::Writer& json, json::Schema&) {
    json.field("type", "string");
    json.field("pattern", "^0x[0-9a-f]+$");
  }
};

// True: by a CNAME question.
struct RevealedBy {
  static void write(json::Writer& json, bool by_question) { json.string(by_question ? "cname_question" : "answer"); }
  static void schema(json::Writer& json, json::Schema&) { json.raw_member("enum", R"(["cname_question","answer"])"); }
};

}  // namespace cnamedrop::events
