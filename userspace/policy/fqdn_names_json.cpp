// SPDX-License-Identifier: Apache-2.0
// The agent's own regular expression decides what matches; the selector's text is for people and for near misses.
#include "policy/fqdn_names_json.h"

#include <re2/re2.h>

#include <optional>
#include <string_view>
#include <utility>

#include "json/bounded_parse.h"

namespace cnamedrop::policy {
namespace {

constexpr std::size_t max_regex_instructions = 4'000'000;  // of 16 bytes; one of Cilium's has 100

struct Halves {
  std::string_view name;
  std::string_view pattern;
};

std::string_view trimmed_value(std::string_view text) {
  const std::size_t first = text.find_first_not_of(": ");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// "MatchName: x, MatchPattern: y" with one half empty; old releases wrote the second key without its colon.
Halves split_selector_string(std::string_view text) {
  constexpr std::string_view name_key = "MatchName";
  constexpr std::string_view pattern_key = ", MatchPattern";
  const std::size_t comma = text.find(pattern_key);
  if (!text.starts_with(name_key) || comma == std::string_view::npos) return {};
  return {trimmed_value(text.substr(name_key.size(), comma - name_key.size())),
          trimmed_value(text.substr(comma + pattern_key.size()))};
}

std::string_view string_member(const rapidjson::Value& object, const char* key) {
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

Result<Selector> read_selector(const rapidjson::Value& entry, const std::string& file, CiliumVersion version) {
  if (!entry.IsObject()) return Error{"is not an object"};
  const std::string regex(string_member(entry, "regexString"));
  const std::string_view selector_string = string_member(entry, "selectorString");
  const Halves halves = split_selector_string(selector_string);
  const SelectorKind kind = halves.name.empty() ? SelectorKind::Pattern : SelectorKind::Name;
  const std::string_view text = halves.name.empty() ? halves.pattern : halves.name;
  if (regex.empty() && text.empty()) return Error{"has neither a regexString nor a selectorString"};

  const Source source{file, 0, 0};
  std::optional<Selector> readable;
  if (!text.empty()) {
    Result<Selector> made = make_selector(kind, text, source, version);
    if (!made && regex.empty()) return Error{"selectorString " + made.error().message};
    if (made) readable = *std::move(made);
  }
  if (regex.empty()) return *std::move(readable);
  Result<Selector> exact = make_regex_selector(regex, source);
  if (!exact) return Error{"regexString " + exact.error().message};
  if (!readable) return exact;
  readable->regex = std::move(exact->regex);
  readable->regex_text = regex;
  return *std::move(readable);
}

}  // namespace

Result<Policy> read_fqdn_names(std::string_view content, const std::string& file, const LoadOptions& options) {
  const Result<rapidjson::Document> document = json::parse_document(content, file);
  if (!document) return document.error();
  if (!document->IsObject() || !document->HasMember("FQDNPolicySelectors")) {
    return Error{file + ": has no FQDNPolicySelectors"};
  }
  const rapidjson::Value& entries = (*document)["FQDNPolicySelectors"];
  if (!entries.IsArray() && !entries.IsNull()) return Error{file + ": FQDNPolicySelectors is not an array"};
  Policy policy;
  std::size_t instructions = 0;
  for (rapidjson::SizeType i = 0; entries.IsArray() && i < entries.Size(); ++i) {
    Result<Selector> selector = read_selector(entries[i], file, options.version);
    if (!selector) {
      return Error{file + ": FQDNPolicySelectors[" + std::to_string(i) + "] " + selector.error().message};
    }
    if (selector->regex) instructions += static_cast<std::size_t>(selector->regex->ProgramSize());
    if (instructions > max_regex_instructions || policy.names.size() == max_selectors) {
      return Error{file + ": FQDNPolicySelectors[" + std::to_string(i) + "]: too many selectors to keep in memory"};
    }
    selector->of_node = true;
    policy.names.push_back(*std::move(selector));
  }
  if (policy.names.empty()) policy.warnings.push_back(file + ": selects no names");
  return policy;
}

}  // namespace cnamedrop::policy
