// SPDX-License-Identifier: Apache-2.0
// Tells the formats apart and hands them to their readers; names the tool whose output was given by mistake.
#include "policy/policy.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "os/input_file.h"
#include "policy/content.h"
#include "policy/fqdn_names_json.h"
#include "policy/manifest_yaml.h"

namespace cnamedrop::policy {
namespace {

Result<Selector> from_option(SelectorKind kind, std::string_view text, const char* option, const LoadOptions& options) {
  Result<Selector> selector = make_selector(kind, text, Source{option, 0, 0}, options.version);
  if (!selector) return Error{std::string(option) + " \"" + std::string(text) + "\": " + selector.error().message};
  return selector;
}

// The line, from 1, of the first value that a template engine is to fill in; 0 if there is none. JSON has none.
int line_of_template(std::string_view content) {
  int line = 1;
  bool value_begins = true;
  if (content.starts_with('{') && !content.starts_with("{{")) return 0;
  for (std::size_t at = 0; at < content.size(); ++at) {
    const char c = content[at];
    if (c == '\n') ++line;
    if (value_begins && content.substr(at).starts_with("{{")) return line;
    if (c == '\n' || c == ':' || c == '-')
      value_begins = true;
    else if (c != ' ' && c != '"' && c != '\'')
      value_begins = false;
  }
  return 0;
}

}  // namespace

Result<Policy> load_policy_text(const std::string& text, const std::string& file, const LoadOptions& options) {
  const std::string wanted =
      "; wanted is a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or the output of cilium-dbg fqdn names";
  const std::string_view content = without_frame(text);
  const Content kind = classify(content);
  if (kind == Content::FqdnNames) return read_fqdn_names(content, file, options);
  if (kind != Content::Manifest) {
    const std::string what = describe(kind);
    return Error{file + ": " + (what.empty() ? "this JSON holds no policy" : what) + wanted};
  }
  if (const int line = line_of_template(content))
    return Error{file + ":" + std::to_string(line) + ": this is a template ({{): render it first"};
  return read_manifests(content, file, options);
}

Result<Policy> load_policy_file(const std::filesystem::path& path, const LoadOptions& options) {
  const Result<std::string> content = os::read_input_file(path, "a policy file");
  if (!content) return content.error();
  return load_policy_text(*content, path.string(), options);
}

void append(Policy& policy, Policy other) {
  const auto move_all = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(policy.policies, other.policies);
  move_all(policy.names, other.names);
  move_all(policy.warnings, other.warnings);
}

std::vector<const Selector*> all_selectors(const Policy& policy) {
  std::vector<const Selector*> all;
  for (const NetworkPolicy& one : policy.policies)
    for (const Rule& rule : one.allow)
      for (const Selector& selector : rule.names) all.push_back(&selector);
  for (const Selector& selector : policy.names) all.push_back(&selector);
  return all;
}

Result<Selector> selector_from_name(std::string_view name, const LoadOptions& options) {
  return from_option(SelectorKind::Name, name, "--allow-name", options);
}

Result<Selector> selector_from_pattern(std::string_view pattern, const LoadOptions& options) {
  return from_option(SelectorKind::Pattern, pattern, "--allow-pattern", options);
}

}  // namespace cnamedrop::policy
