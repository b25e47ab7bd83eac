// SPDX-License-Identifier: Apache-2.0
// The selectors of a policy in the start event of a trace, so that whoever reads the file can judge as the trace did.
#pragma once

#include <memory>

#include "events/event.h"
#include "policy/policy.h"

namespace cnamedrop::join {

// Fills in the selectors, as many as a line may hold. policy may be null.
void record_policy(const policy::Policy* policy, events::Started& started);

// Null if none was recorded, or not all of it: half a policy would judge wrongly.
std::shared_ptr<const policy::Policy> recorded_policy(const events::Started& started,
                                                      const policy::LoadOptions& options = {});

}  // namespace cnamedrop::join
