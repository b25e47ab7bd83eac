// SPDX-License-Identifier: Apache-2.0
// An answer that may be unknown: from an address alone nobody can tell whether a rule that names pods covers it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace cnamedrop::policy {

enum class Match : std::uint8_t { No, Unknown, Yes };

constexpr Match to_match(bool known) { return known ? Match::Yes : Match::No; }

// Three-valued logic: what is certain on one side decides.
constexpr Match both(Match a, Match b) { return std::min(a, b); }
constexpr Match either(Match a, Match b) { return std::max(a, b); }
constexpr Match negate(Match a) { return a == Match::Unknown ? Match::Unknown : to_match(a == Match::No); }

}  // namespace cnamedrop::policy
