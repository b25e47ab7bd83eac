// From a drop record as the kernel wrote it to an observation, with names for its numbers.
#pragma once

#include "bpf/record.h"
#include "capture/drop_reasons.h"
#include "capture/kernel_symbols.h"
#include "events/observation.h"

namespace cnamedrop::capture {

events::Dropped to_dropped(const drop_record& record, DropReasons& reasons, KernelSymbols& symbols);

}  // namespace cnamedrop::capture
