// SPDX-License-Identifier: Apache-2.0
// Reads the output of `cilium-dbg fqdn names`: the selectors of all policies of a node, as its agent compiled them.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.h"

namespace cnamedrop::policy {

// content: JSON with FQDNPolicySelectors. The selectors have no ports (Cilium does not tell them here) and no lines.
Result<Policy> read_fqdn_names(std::string_view content, const std::string& file, const LoadOptions& options);

}  // namespace cnamedrop::policy
