// Selector texts are "matchName: x", "matchPattern: x" or "regex: x", in a policy as in the citation of a cause.
#include "fqdn/names.h"

#include <optional>
#include <string_view>
#include <utility>

#include "json/indented.h"
#include "json/writer.h"
#include "policy/name_regex.h"

namespace cnamedrop::fqdn {
namespace {

constexpr std::string_view name_field = "matchName: ";
constexpr std::string_view pattern_field = "matchPattern: ";
constexpr std::string_view regex_field = "regex: ";

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

Result<policy::Selector> read_citation(std::string_view text, policy::CiliumVersion version) {
  const policy::Source source{"trace", 0, 0};
  if (const std::string_view name = behind(text, name_field); !name.empty())
    return make_selector(policy::SelectorKind::Name, name, source, version);
  if (const std::string_view pattern = behind(text, pattern_field); !pattern.empty())
    return make_selector(policy::SelectorKind::Pattern, pattern, source, version);
  if (const std::string_view regex = behind(text, regex_field); !regex.empty())
    return make_regex_selector(std::string(regex), source);
  return Error{"is of no known kind"};
}

}  // namespace

void append_names_json(std::string& out, std::span<const policy::Selector> selectors, policy::CiliumVersion version) {
  std::string compact;
  json::Writer json(compact);
  json.begin_object();
  json.key("DNSPollNames");  // names that old releases polled; no release fills it any more
  json.null();
  json.key("FQDNPolicySelectors");
  json.begin_array();
  std::set<std::pair<std::string, std::string>> written;
  for (const policy::Selector& selector : selectors) {
    const std::string regex = policy::cilium_regex(selector, version);
    const std::string text = selector_string(selector.text);
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

void CitedSelectors::take(const events::Event& event) {
  if (event.cause && event.cause->selector && texts_.size() < max_cited) texts_.insert(event.cause->selector->text);
}

std::vector<policy::Selector> CitedSelectors::selectors(policy::CiliumVersion version) const {
  std::vector<policy::Selector> selectors;
  for (const std::string& text : texts_)
    if (Result<policy::Selector> selector = read_citation(text, version)) selectors.push_back(*std::move(selector));
  return selectors;
}

}  // namespace cnamedrop::fqdn
