// SPDX-License-Identifier: Apache-2.0
// Events as Hubble would have told them, for those who have tools for that: `hubble observe --input-file` reads the
// lines. Only fields of Cilium's api/v1/flow/flow.proto and observer.proto, in the JSON of protobuf.
#pragma once

#include <string>

#include "events/event.h"

namespace cnamedrop::observe {

// Appends a line for a dns, drop or lost event; nothing for the others, for which Hubble has no word. What the kernel
// says of a drop has no field either: drop_reason_desc is an enum of Cilium's own reasons.
void append_hubble(std::string& out, const events::Event& event);

}  // namespace cnamedrop::observe
