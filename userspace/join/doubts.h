// SPDX-License-Identifier: Apache-2.0
// What may make a cause wrong, by name (docs/events.md has the sentences). A doubt is of a pod and of a time, and ends.
#pragma once

#include <string_view>

#include "events/event.h"
#include "join/drop_case.h"
#include "policy/pod_policy.h"

namespace cnamedrop::join {

namespace doubt {
inline constexpr std::string_view alias_ttl_passed = "alias_ttl_passed";
inline constexpr std::string_view cut_answer = "cut_answer";
inline constexpr std::string_view dns_policy_missing = "dns_policy_missing";
inline constexpr std::string_view earlier_trace = "earlier_trace";
inline constexpr std::string_view evicted = "evicted";
inline constexpr std::string_view labels_unknown = "labels_unknown";
inline constexpr std::string_view limit_tie = "limit_tie";
inline constexpr std::string_view names_of_node = "names_of_node";
inline constexpr std::string_view namespace_unknown = "namespace_unknown";
inline constexpr std::string_view no_dns_seen = "no_dns_seen";
inline constexpr std::string_view opener_unknown = "opener_unknown";
inline constexpr std::string_view other_container = "other_container";
inline constexpr std::string_view retry_awaited = "retry_awaited";
inline constexpr std::string_view rule_may_allow = "rule_may_allow";
inline constexpr std::string_view rule_may_deny = "rule_may_deny";
inline constexpr std::string_view trace_start = "trace_start";
}  // namespace doubt

// Once.
void add_doubt(events::Cause& cause, std::string_view doubt);
void add_doubt(events::Cause& cause, policy::Uncertainty uncertainty);

// Those that follow from what the trace saw, not from a row: losses, evictions, the start of the trace.
void add_trace_doubts(const DropCase& seen, events::Cause& cause);

}  // namespace cnamedrop::join
