// SPDX-License-Identifier: Apache-2.0
// Selector texts are "matchName: x", "matchPattern: x" or "regex: x"; ports "443/TCP", "8000-8100/UDP", "ANY".
#include "join/recorded_policy.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_recorded = 1000;
constexpr std::string_view option_prefix =
    "--";  // --allow-name is about the pods of the trace; a policy's pods are lost

struct ProtocolName {
  policy::Protocol protocol;
  std::string_view name;
};
constexpr ProtocolName protocol_names[] = {{policy::Protocol::Any, "ANY"},       {policy::Protocol::Icmp, "ICMP"},
                                           {policy::Protocol::Tcp, "TCP"},       {policy::Protocol::Udp, "UDP"},
                                           {policy::Protocol::Icmpv6, "ICMPv6"}, {policy::Protocol::Sctp, "SCTP"}};

std::string to_text(const policy::PortRange& range) {
  std::string text = std::to_string(range.from);
  if (range.to != range.from) text += '-' + std::to_string(range.to);
  for (const ProtocolName& known : protocol_names)
    if (known.protocol == range.protocol) (text += '/') += known.name;
  return text;
}

std::optional<policy::PortRange> to_range(std::string_view text) {
  policy::PortRange range;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  bool known = false;
  for (const ProtocolName& protocol : protocol_names) {
    if (protocol.name != text.substr(slash + 1)) continue;
    range.protocol = protocol.protocol;
    known = true;
  }
  const char* const end = text.data() + slash;
  auto [at, error] = std::from_chars(text.data(), end, range.from);
  if (!known || error != std::errc{}) return std::nullopt;
  range.to = range.from;
  if (at != end && *at == '-') {
    const auto last = std::from_chars(at + 1, end, range.to);
    at = last.ptr;
    error = last.ec;
  }
  return at == end && error == std::errc{} ? std::optional(range) : std::nullopt;
}

std::string_view behind(std::string_view text, std::string_view field) {
  return text.starts_with(field) ? text.substr(field.size()) : std::string_view();
}

Result<policy::Selector> to_selector(const events::RecordedSelector& recorded, policy::CiliumVersion version) {
  const policy::Source source{recorded.source, 0, 0};
  if (const std::string_view name = behind(recorded.text, "matchName: "); !name.empty())
    return policy::make_selector(policy::SelectorKind::Name, name, source, version);
  if (const std::string_view pattern = behind(recorded.text, "matchPattern: "); !pattern.empty())
    return policy::make_selector(policy::SelectorKind::Pattern, pattern, source, version);
  if (const std::string_view regex = behind(recorded.text, "regex: "); !regex.empty())
    return policy::make_regex_selector(std::string(regex), source);
  return Error{"is of no known kind"};
}

}  // namespace

void record_policy(const policy::Policy* policy, events::Started& started) {
  if (policy == nullptr) return;
  for (const policy::Selector* selector : policy::all_selectors(*policy)) {
    if (started.selectors.size() >= max_recorded) {
      ++started.selectors_omitted;
      continue;
    }
    events::RecordedSelector& recorded = started.selectors.emplace_back();
    recorded.text = selector->text;
    recorded.source = policy::to_string(selector->source);
    for (const policy::PortRange& range : selector->ports) recorded.ports.push_back(to_text(range));
  }
}

std::shared_ptr<const policy::Policy> recorded_policy(const events::Started& started,
                                                      const policy::LoadOptions& options) {
  if (started.selectors.empty() || started.selectors_omitted != 0) return nullptr;
  auto policy = std::make_shared<policy::Policy>();
  for (const events::RecordedSelector& recorded : started.selectors) {
    Result<policy::Selector> selector = to_selector(recorded, options.version);
    if (!selector) return nullptr;
    selector->of_node = !recorded.source.starts_with(option_prefix);
    for (const std::string& text : recorded.ports) {
      const std::optional<policy::PortRange> range = to_range(text);
      if (!range) return nullptr;
      selector->ports.push_back(*range);
    }
    policy->names.push_back(*std::move(selector));
  }
  return policy;
}

}  // namespace cnamedrop::join
