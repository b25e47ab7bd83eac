// SPDX-License-Identifier: Apache-2.0
// Events in columns, for a person who compares lines with each other.
#pragma once

#include <string>

#include "events/event.h"

namespace cnamedrop::observe {

void append_table_head(std::string& out);

// Appends one row. A value that is wider than its column pushes the others to the right: nothing is cut off.
void append_table_row(std::string& out, const events::Event& event);

}  // namespace cnamedrop::observe
