// SPDX-License-Identifier: Apache-2.0
// Whose state an observation belongs to.
#pragma once

#include <string>
#include <string_view>

#include "events/observation.h"

namespace cnamedrop::join {

// One text for each pod of each node: the pod by its UID, else by its cgroup path. A cgroup of which no pod is known is
// one of its trace alone, since another trace may mean something else by its id.
std::string pod_key(const events::Observation& observation);

// The part of a key that says who, for people: a UID, a path, or "cgroup N".
std::string_view pod_of_key(std::string_view key);

// True if both are of one node.
bool same_node(std::string_view a, std::string_view b);

}  // namespace cnamedrop::join
