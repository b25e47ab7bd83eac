// SPDX-License-Identifier: Apache-2.0
// Selector texts are "matchName: x", "matchPattern: x" or "regex: x".
#include "fqdn/names.h"

#include <set>
#include <string_view>
#include <utility>

#include "json/indented.h"
#include "json/writer.h"
#include "policy/name_regex.h"

namespace cnamedrop::fqdn {
namespace {

constexpr std::string_view name_field = "matchName: ";
constexpr std::string_view pattern_field = "matchPattern: ";

std::string_view behind(std::string_view text, std::string_view field) {
  return text.starts_with(field) ? text.substr(field.size()) : std::string_view();
}

// Empty for a selector of which only the regular expression is known: Cilium has such an entry too.
std::string selector_string(const std::string& text) {
  const std::string_view name = behind(text, name_field);
  const std::string_view pattern = behind(text, pattern_field);
  if (name.empty() && pattern.empty()) return "";
  return "MatchName: " + std::string(name) + ", MatchPattern: " + std::string(pattern);
}

}  // namespace

void append_names_json(std::string& out, std::span<const policy::Selector* const> selectors,
                       policy::CiliumVersion version) {
  std::string compact;
  json::Writer json(compact);
  json.begin_object();
  json.key("DNSPollNames");  // names that old releases polled; no release fills it any more
  json.null();
  json.key("FQDNPolicySelectors");
  json.begin_array();
  std::set<std::pair<std::string, std::string>> written;
  for (const policy::Selector* selector : selectors) {
    const std::string regex = policy::cilium_regex(*selector, version);
    const std::string text = selector_string(selector->text);
    if (!written.emplace(regex, text).second) continue;
    json.begin_object();
    json.field("regexString", regex);
    json.field("selectorString", text);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json::append_indented(out, compact);
}

}  // namespace cnamedrop::fqdn
