// SPDX-License-Identifier: Apache-2.0
// The selectors that `cilium-dbg fqdn names` would show of a node with these policies.
#pragma once

#include <span>
#include <string>

#include "policy/selector.h"

namespace cnamedrop::fqdn {

// JSON as Cilium prints it; what policy::load_policy_text reads. A selector that is written twice stands there once.
void append_names_json(std::string& out, std::span<const policy::Selector* const> selectors,
                       policy::CiliumVersion version);

}  // namespace cnamedrop::fqdn
