// SPDX-License-Identifier: Apache-2.0
// The egress rule that would let packets through, as a piece of a CiliumNetworkPolicy.
#pragma once

#include <set>
#include <string>

#include "dns/message.h"
#include "explain/report.h"

namespace cnamedrop::explain {

// Whether matchName can say this name: Cilium takes letters, digits, '-', '_' and dots.
bool is_selectable(const dns::Name& name);

// YAML from "spec:" on, whole lines: one matchName for each selectable name, and the ports of the remotes (all ports
// where they are too many, or have none). Empty if no name is selectable.
std::string egress_rule(const std::set<dns::Name>& names, const Tally<Remote>& remotes);

}  // namespace cnamedrop::explain
