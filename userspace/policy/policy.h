// SPDX-License-Identifier: Apache-2.0
// The selectors of all policies that the user named, read from files. Which pods a policy applies to is not judged:
// whoever names a policy says that it applies.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "policy/selector.h"
#include "types/result.h"

namespace cnamedrop::policy {

// Of one file: each is compared with every name, and takes half a kilobyte.
inline constexpr std::size_t max_selectors = 100'000;

struct Policy {
  std::vector<Selector> selectors;    // toFQDNs: which names' addresses may be reached
  std::vector<Selector> dns_rules;    // rules.dns: which names may be asked for
  std::vector<std::string> warnings;  // what was read but does not do what it seems to; whole sentences with place
};

struct LoadOptions {
  CiliumVersion version = CiliumVersion::V1_19_OrNewer;
};

// Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy manifests (YAML or JSON, many documents, lists) or the
// output of `cilium-dbg fqdn names`; tells them apart by content. Errors carry file, line and field.
Result<Policy> load_policy_file(const std::filesystem::path& path, const LoadOptions& options = {});

// The same for content that is already read; file is only for the messages and sources.
Result<Policy> load_policy_text(const std::string& content, const std::string& file, const LoadOptions& options = {});

// Appends all of other.
void append(Policy& policy, Policy other);

// The selectors of the options --allow-name and --allow-pattern.
Result<Selector> selector_from_name(std::string_view name, const LoadOptions& options = {});
Result<Selector> selector_from_pattern(std::string_view pattern, const LoadOptions& options = {});

}  // namespace cnamedrop::policy
