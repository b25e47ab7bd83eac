// SPDX-License-Identifier: Apache-2.0
// The rows of the cause table that need selectors of names. Each says whether it applies, and then adds its evidence to
// the cause; none does without a policy. The order of the rows is in cause.cpp.
#pragma once

#include "events/event.h"
#include "join/drop_case.h"

namespace cnamedrop::join {

bool is_too_fresh(const DropCase& seen, events::Cause& cause);
bool is_over_limit(const DropCase& seen, events::Cause& cause);

// The origin of a chase is selected, and nobody on the node has a live credit of the address to it.
bool is_chased_from_selected(const DropCase& seen, events::Cause& cause);

bool is_port_mismatch(const DropCase& seen, events::Cause& cause);
bool is_allowed_by_name(const DropCase& seen, events::Cause& cause);
bool is_search_suffix(const DropCase& seen, events::Cause& cause);
// Allowed by a selector that may not be for the pod, or may not cover the port: only where nothing else explains it.
bool may_be_allowed_by_name(const DropCase& seen, events::Cause& cause);
bool is_selects_target(const DropCase& seen, events::Cause& cause);
bool is_near_miss(const DropCase& seen, events::Cause& cause);
bool is_name_mismatch(const DropCase& seen, events::Cause& cause);

// A selected credit had run out.
bool is_expired_selected(const DropCase& seen, events::Cause& cause);

// Another pod of the node has a live credit to a selected name: the address was not learned by this pod, and yet names
// decide.
bool is_selected_through_other_pod(const DropCase& seen);

}  // namespace cnamedrop::join
