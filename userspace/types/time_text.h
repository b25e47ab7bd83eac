// SPDX-License-Identifier: Apache-2.0
// Times as text: RFC 3339 in UTC with nine fractional digits, as Hubble writes them. Not for durations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "types/time.h"

namespace cnamedrop {

// "2026-03-01T12:00:31.123456789Z"
void append_time(std::string& out, Time time);

// Reads what append_time writes, and the same with fewer fractional digits or none; nothing for any other text, nor for
// years that Time cannot hold.
std::optional<Time> parse_time(std::string_view text);

}  // namespace cnamedrop
