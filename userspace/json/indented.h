// SPDX-License-Identifier: Apache-2.0
// JSON for people to read and to compare, indented by two as cilium-dbg prints it. For whole documents, not for lines.
#pragma once

#include <string>

namespace cnamedrop::json {

// compact: what a Writer wrote. Appends it in several lines, with one '\n' at the end.
void append_indented(std::string& out, const std::string& compact);

}  // namespace cnamedrop::json
