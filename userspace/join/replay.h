// Feeds a join from a recorded file instead of from the kernel.
#pragma once

#include "events/event.h"
#include "join/join.h"

namespace cnamedrop::join {

// Takes the next event in order of the file. Of its annotations only the pod's identity is used: a file that was
// rotated begins in the middle of a trace, and its pod events are in an older one.
events::Event replay(Join& join, events::Event event);

}  // namespace cnamedrop::join
