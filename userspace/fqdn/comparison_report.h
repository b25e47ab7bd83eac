// SPDX-License-Identifier: Apache-2.0
// A comparison for people and for programs.
#pragma once

#include <string>

#include "fqdn/comparison.h"

namespace cnamedrop::fqdn {

// Safe to show on a terminal.
void append_text(std::string& out, const Comparison& comparison);

// One object, indented. Rows have Cilium's members, and that of the trace its pod as well.
void append_json(std::string& out, const Comparison& comparison);

}  // namespace cnamedrop::fqdn
