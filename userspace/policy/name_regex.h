// SPDX-License-Identifier: Apache-2.0
// The regular expressions that Cilium compiles of selectors, as `cilium-dbg fqdn names` shows them. For people and for
// other tools: what matches here is decided by name_pattern.h.
#pragma once

#include <string>

#include "policy/name_pattern.h"
#include "policy/selector.h"

namespace cnamedrop::policy {

// Cilium's own, where it told one; else the one that this version would make of the selector's name or pattern.
std::string cilium_regex(const Selector& selector, CiliumVersion version);

}  // namespace cnamedrop::policy
