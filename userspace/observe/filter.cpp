// SPDX-License-Identifier: Apache-2.0
// One small test a filter; passes() is their conjunction.
#include "observe/filter.h"

#include <algorithm>
#include <charconv>

#include "observe/packet.h"
#include "output/short_text.h"

namespace cnamedrop::observe {
namespace {

using events::Dropped;
using events::Event;

unsigned width(const dns::IpAddress& address) { return address.version == dns::IpVersion::V4 ? 32 : 128; }

template <typename T>
bool holds(const std::vector<T>& wanted, const T& value) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

const Dropped* drop_of(const Event& event) { return std::get_if<Dropped>(&event.observation.what); }

const dns::Message* message_of(const Event& event) {
  const auto* seen = std::get_if<events::DnsSeen>(&event.observation.what);
  return seen == nullptr ? nullptr : &seen->message;
}

bool is_pod(const PodPrefix& wanted, const Event& event) {
  const pods::Pod* pod = event.observation.pod.get();
  if (pod == nullptr) return false;
  if (wanted.namespace_name && pod->namespace_name != *wanted.namespace_name) return false;
  return pod->name.starts_with(wanted.name);
}

// All names that the packet may be said to go to: a drop's address under any name it was or should have been known as.
std::vector<std::string_view> names_of(const Event& event) {
  std::vector<std::string_view> names = events::remote_names(event);
  if (const dns::Message* message = message_of(event))
    for (const dns::Question& question : message->questions) names.push_back(question.name);
  if (!event.cause) return names;
  for (const events::Credit& credit : event.cause->credits) names.push_back(credit.name);
  for (const events::Chase& chase : event.cause->chases) names.push_back(chase.origin);
  return names;
}

bool goes_to_name(const std::vector<policy::NamePattern>& patterns, const Event& event) {
  const std::vector<std::string_view> names = names_of(event);
  return std::any_of(patterns.begin(), patterns.end(), [&](const policy::NamePattern& pattern) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return pattern.matches(name); });
  });
}

// Whether the destination, or what the pod had addressed before its packet was translated, is as asked.
template <typename Test>
bool goes_to(const Event& event, Test is_wanted) {
  const std::optional<events::Flow> flow = flow_of(event);
  if (!flow) return false;
  const Dropped* drop = drop_of(event);
  return is_wanted(destination(*flow)) ||
         (drop != nullptr && drop->original_remote && is_wanted(*drop->original_remote));
}

bool has_protocol(const std::vector<std::uint8_t>& wanted, const Event& event) {
  const std::optional<events::Flow> flow = flow_of(event);
  return flow && holds(wanted, flow->protocol);
}

bool has_reason(const std::vector<std::string>& wanted, const Event& event) {
  const Dropped* drop = drop_of(event);
  return drop != nullptr && holds(wanted, std::string(output::short_reason(drop->reason)));
}

bool asks_for(const std::vector<std::uint16_t>& wanted, const Event& event) {
  const dns::Message* message = message_of(event);
  return message != nullptr && std::any_of(message->questions.begin(), message->questions.end(),
                                           [&](const dns::Question& question) { return holds(wanted, question.type); });
}

bool answers_with(const std::vector<std::uint16_t>& wanted, const Event& event) {
  const dns::Message* message = message_of(event);
  return message != nullptr && message->response && holds(wanted, message->rcode);
}

}  // namespace

bool AddressRange::contains(const dns::IpAddress& other) const {
  if (other.version != address.version) return false;
  const unsigned whole = bits / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, other.bytes.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto differing = static_cast<unsigned>(address.bytes[whole] ^ other.bytes[whole]);
  return differing >> (8 - bits % 8) == 0;
}

Result<AddressRange> parse_address_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<dns::IpAddress> address = dns::parse_ip(text.substr(0, slash));
  if (!address) return Error{"must be an address or a range such as 10.0.0.0/8"};
  AddressRange range{*address, width(*address)};
  if (slash == std::string_view::npos) return range;
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data() + slash + 1, end, range.bits);
  if (error != std::errc{} || parsed != end || range.bits > width(*address))
    return Error{"must have from 0 to " + std::to_string(width(*address)) + " bits behind the slash"};
  return range;
}

PodPrefix parse_pod_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {std::nullopt, std::string(text)};
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string_view type_of(const Event& event) { return type_names[event.observation.what.index()]; }

bool Filter::empty() const {
  return pods.empty() && types.empty() && causes.empty() && to_names.empty() && to_addresses.empty() &&
         to_ports.empty() && protocols.empty() && drop_reasons.empty() && qtypes.empty() && rcodes.empty() && !since &&
         !until;
}

bool Filter::passes(const Event& event) const {
  const Time time = event.observation.time;
  if ((since && time < *since) || (until && time > *until)) return false;
  if (!types.empty() && !holds(types, std::string(type_of(event)))) return false;
  if (!causes.empty() && !(event.cause && holds(causes, event.cause->kind))) return false;
  if (!protocols.empty() && !has_protocol(protocols, event)) return false;
  if (!drop_reasons.empty() && !has_reason(drop_reasons, event)) return false;
  if (!qtypes.empty() && !asks_for(qtypes, event)) return false;
  if (!rcodes.empty() && !answers_with(rcodes, event)) return false;
  if (!to_names.empty() && !goes_to_name(to_names, event)) return false;
  const auto is_pod_of = [&](const PodPrefix& pod) { return is_pod(pod, event); };
  if (!pods.empty() && std::none_of(pods.begin(), pods.end(), is_pod_of)) return false;
  const auto is_in_range = [&](const dns::Endpoint& to) {
    return std::any_of(to_addresses.begin(), to_addresses.end(),
                       [&](const AddressRange& range) { return range.contains(to.address); });
  };
  if (!to_addresses.empty() && !goes_to(event, is_in_range)) return false;
  const auto is_port = [&](const dns::Endpoint& to) { return holds(to_ports, to.port); };
  return to_ports.empty() || goes_to(event, is_port);
}

}  // namespace cnamedrop::observe
