// SPDX-License-Identifier: Apache-2.0
// The rows of the cause table that need selectors. Each says whether it holds, and then adds its evidence to the cause;
// none holds without a policy. The order of the rows is in cause.cpp.
#pragma once

#include "events/event.h"
#include "join/drop_case.h"

namespace cnamedrop::join {

// Fills in which selectors match the live credits. Only with a policy.
void add_matches(DropCase& seen);

bool is_too_fresh(const DropCase& seen, events::Cause& cause);
bool is_over_limit(const DropCase& seen, events::Cause& cause);
bool is_port_mismatch(const DropCase& seen, events::Cause& cause);
bool is_allowed_by_name(const DropCase& seen, events::Cause& cause);
bool is_search_suffix(const DropCase& seen, events::Cause& cause);
bool is_selects_target(const DropCase& seen, events::Cause& cause);
bool is_near_miss(const DropCase& seen, events::Cause& cause);
bool is_name_mismatch(const DropCase& seen, events::Cause& cause);

// cname_only: which of the origins a selector covers; if none, how the selectors miss them.
void judge_origins(const DropCase& seen, events::Cause& cause);

// expired: the selector that matched while the credits lived.
void cite_expired(const DropCase& seen, events::Cause& cause);

}  // namespace cnamedrop::join
