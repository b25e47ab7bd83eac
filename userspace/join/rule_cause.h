// SPDX-License-Identifier: Apache-2.0
// The rows of the cause table that need whole policies: denials, rules without names, the default, DNS rules. Each says
// whether it applies, and then adds its evidence to the cause.
#pragma once

#include "events/event.h"
#include "join/drop_case.h"

namespace cnamedrop::join {

bool is_denied_by_rule(const DropCase& seen, events::Cause& cause);
bool is_allowed_by_rule(const DropCase& seen, events::Cause& cause);
bool is_no_dns_rule(const DropCase& seen, events::Cause& cause);

// A denial that may be for the pod, or may cover the packet. Adds why it is uncertain.
bool may_be_denied_by_rule(const DropCase& seen, events::Cause& cause);

// A policy that was taken for the pod's, because it does not say its namespace.
void add_assumption_doubts(const DropCase& seen, events::Cause& cause);

// A rule without names that may let the packet through, a default that may not be the pod's, a policy for DNS that is
// missing: adds what is uncertain to a cause that says why the packet was denied.
void add_rule_doubts(const DropCase& seen, events::Cause& cause);

}  // namespace cnamedrop::join
