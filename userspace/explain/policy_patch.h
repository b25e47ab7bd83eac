// SPDX-License-Identifier: Apache-2.0
// The rules that would let packets or look-ups through, as pieces of a CiliumNetworkPolicy.
#pragma once

#include <set>
#include <string>

#include "dns/message.h"
#include "explain/report.h"

namespace cnamedrop::explain {

// Whether matchName can say this name: Cilium takes letters, digits, '-', '_' and dots.
bool is_selectable(const dns::Name& name);

// YAML from "spec:" on, whole lines: one matchName for each selectable name, and the ports of the remotes. Empty if no
// name is selectable, or no remote has a port: a rule without ports would let through more than was dropped.
std::string egress_rule(const std::set<dns::Name>& names, const Tally<Remote>& remotes);

// The entries of rules.dns, beside the ports of the rule that lets look-ups out. Empty if no name is selectable.
std::string dns_rules(const std::set<dns::Name>& names);

}  // namespace cnamedrop::explain
