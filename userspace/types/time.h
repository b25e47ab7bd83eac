// Points in time, the same everywhere in the program.
#pragma once

#include <cstdint>

namespace cnamedrop {

// Nanoseconds since the Unix epoch, UTC. Taken from the kernel's boot-time clock and turned to wall-clock by an offset
// that is fixed at the start of the trace: it never steps back.
using Time = std::int64_t;

}  // namespace cnamedrop
