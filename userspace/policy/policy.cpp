// SPDX-License-Identifier: Apache-2.0
// Tells the formats apart and hands them to their readers; names the tool whose output was given by mistake.
#include "policy/policy.h"

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

}  // namespace

Result<Policy> load_policy_text(const std::string& content, const std::string& file, const LoadOptions& options) {
  const std::string wanted =
      "; wanted is a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or the output of cilium-dbg fqdn names";
  const Content kind = classify(content);
  if (kind == Content::Manifest) return read_manifests(content, file, options);
  if (kind == Content::FqdnNames) return read_fqdn_names(content, file, options);
  const std::string what = describe(kind);
  return Error{file + ": " + (what.empty() ? "this JSON holds no policy" : what) + wanted};
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
