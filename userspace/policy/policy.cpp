// Tells the formats apart and hands them to their readers; names the tool whose output was given by mistake.
#include "policy/policy.h"

#include <rapidjson/document.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "policy/fqdn_names_json.h"
#include "policy/manifest_yaml.h"

namespace cnamedrop::policy {
namespace {

// What the first JSON value of a file is; JSON Lines hold more behind it.
enum class Content : std::uint8_t { Manifest, FqdnNames, FqdnCache, HubbleFlow, OtherJson };

Content classify_json(const std::string& content) {
  rapidjson::Document first;
  first.Parse<rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag>(content.c_str());
  if (first.HasParseError()) return Content::Manifest;  // YAML flow style may look like JSON
  if (first.IsArray() && !first.Empty() && first[0].IsObject() && first[0].HasMember("lookup-time")) {
    return Content::FqdnCache;
  }
  if (!first.IsObject()) return Content::OtherJson;
  if (first.HasMember("FQDNPolicySelectors")) return Content::FqdnNames;
  if (first.HasMember("flow")) return Content::HubbleFlow;
  return first.HasMember("kind") ? Content::Manifest : Content::OtherJson;
}

Content classify(const std::string& content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Content::Manifest;
  if (content[first] == '{' || content[first] == '[') return classify_json(content);
  const std::string heading = content.substr(first, content.find('\n', first) - first);
  const bool is_table = heading.starts_with("Endpoint ") && heading.find("FQDN") != std::string::npos;
  return is_table ? Content::FqdnCache : Content::Manifest;
}

Result<Selector> from_option(SelectorKind kind, std::string_view text, const char* option, const LoadOptions& options) {
  Result<Selector> selector = make_selector(kind, text, Source{option, 0, 0}, options.version);
  if (!selector) return Error{std::string(option) + " \"" + std::string(text) + "\": " + selector.error().message};
  return selector;
}

}  // namespace

Result<Policy> load_policy_text(const std::string& content, const std::string& file, const LoadOptions& options) {
  const std::string wanted =
      "; wanted is a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or the output of cilium-dbg fqdn names";
  switch (classify(content)) {
    case Content::Manifest:
      return read_manifests(content, file, options);
    case Content::FqdnNames:
      return read_fqdn_names(content, file, options);
    case Content::FqdnCache:
      return Error{file + ": this is the output of cilium-dbg fqdn cache list, which holds addresses" + wanted};
    case Content::HubbleFlow:
      return Error{file + ": these are flows of hubble observe" + wanted};
    case Content::OtherJson:
      break;
  }
  return Error{file + ": this JSON holds no policy" + wanted};
}

Result<Policy> load_policy_file(const std::filesystem::path& path, const LoadOptions& options) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Error{path.string() + ": is a directory, not a policy file"};
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{path.string() + ": " + std::generic_category().message(errno)};
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return load_policy_text(content, path.string(), options);
}

void append(Policy& policy, Policy other) {
  const auto move_all = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(policy.selectors, other.selectors);
  move_all(policy.dns_rules, other.dns_rules);
  move_all(policy.warnings, other.warnings);
}

Result<Selector> selector_from_name(std::string_view name, const LoadOptions& options) {
  return from_option(SelectorKind::Name, name, "--allow-name", options);
}

Result<Selector> selector_from_pattern(std::string_view pattern, const LoadOptions& options) {
  return from_option(SelectorKind::Pattern, pattern, "--allow-pattern", options);
}

}  // namespace cnamedrop::policy
