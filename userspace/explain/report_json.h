// SPDX-License-Identifier: Apache-2.0
// The report for programs: the same content as report_text.h. `cnamedrop schema report` describes it.
#pragma once

#include <string>

#include "explain/report.h"

namespace cnamedrop::explain {

inline constexpr int report_version = 1;  // grows when a field changes meaning or goes

// Appends one JSON object on one line, with its '\n'.
void append_report_json(std::string& out, const Report& report);

// The JSON Schema (draft-07) of a report; ends in a newline.
std::string report_schema();

}  // namespace cnamedrop::explain
