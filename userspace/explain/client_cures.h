// SPDX-License-Identifier: Apache-2.0
// The settings of the clients that chase aliases, each judged against the trace. Not for what a policy can do.
#pragma once

#include <vector>

#include "explain/report.h"

namespace cnamedrop::explain {

// finding: of cname_only. The best first.
std::vector<Cure> client_cures(const Finding& finding);

}  // namespace cnamedrop::explain
