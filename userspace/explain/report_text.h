// SPDX-License-Identifier: Apache-2.0
// The report for a person at a terminal.
#pragma once

#include <string>

#include "explain/report.h"

namespace cnamedrop::explain {

// Appends the whole report, times in UTC. Nothing but printable ASCII and '\n' comes out, whatever the trace holds.
void append_text(std::string& out, const Report& report);

}  // namespace cnamedrop::explain
