// SPDX-License-Identifier: Apache-2.0
// The columns of a line have to fit a terminal: what every line would repeat goes.
#include "output/short_text.h"

#include <fmt/format.h>

#include "types/time_text.h"

namespace cnamedrop::output {
namespace {

constexpr std::size_t clock_begins = 11;  // in "2026-03-01T12:00:31.123456789Z"
constexpr std::size_t clock_length = 12;  // "12:00:31.123"

}  // namespace

std::string clock_text(Time time) {
  std::string text;
  append_time(text, time);
  return text.substr(clock_begins, clock_length);
}

std::string time_text(Time time) {
  std::string text;
  append_time(text, time);
  constexpr std::size_t milliseconds = 23;  // "2026-03-01T12:00:31.123"
  return text.substr(0, milliseconds) + 'Z';
}

std::string pod_text(const pods::Pod* pod) {
  if (pod == nullptr) return "-";
  if (!pod->name.empty()) return pod->namespace_name + '/' + pod->name;
  return pod->key();
}

std::string endpoint_text(const dns::Endpoint& endpoint) {
  std::string address = dns::to_string(endpoint.address);
  if (endpoint.port == 0) return address;
  if (endpoint.address.version == dns::IpVersion::V6) return fmt::format("[{}]:{}", address, endpoint.port);
  return fmt::format("{}:{}", address, endpoint.port);
}

std::string_view short_reason(std::string_view reason) {
  constexpr std::string_view prefix = "SKB_DROP_REASON_";
  if (reason.starts_with(prefix)) reason.remove_prefix(prefix.size());
  return reason;
}

}  // namespace cnamedrop::output
