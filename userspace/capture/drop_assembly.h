// SPDX-License-Identifier: Apache-2.0
// From a drop record as the kernel wrote it to an observation, with names for its numbers.
#pragma once

#include <optional>

#include "bpf/record.h"
#include "capture/drop_reasons.h"
#include "capture/kernel_symbols.h"
#include "events/observation.h"

namespace cnamedrop::capture {

// Nothing for a record that no version of the programs writes.
std::optional<events::Dropped> to_dropped(const drop_record& record, DropReasons& reasons, KernelSymbols& symbols);

}  // namespace cnamedrop::capture
