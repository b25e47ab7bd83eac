// SPDX-License-Identifier: Apache-2.0
// How the pod came to the address, drawn as a chain: who asked for what, when, and how long it was to live.
#pragma once

#include "events/event.h"
#include "output/text_lines.h"

namespace cnamedrop::explain {

using output::TextLines;

// Ages are told from dropped_at.
void append_chase(TextLines& lines, const events::Chase& chase, const events::Cause& cause, Time dropped_at);
void append_credit(TextLines& lines, const events::Credit& credit, Time dropped_at);

// "0.2 ms", "1.2 s", "3.5 min", "2.0 h"
std::string age_text(Duration age);

}  // namespace cnamedrop::explain
