// SPDX-License-Identifier: Apache-2.0
// A drop within the race window is blamed on the race only as long as no retry of the same connection is dropped as
// well: then the last verdict counts for all of its packets. The live trace cannot know that; a recorded one can.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "events/event.h"

namespace cnamedrop::explain {

class Races {
 public:
  // Takes the next drop with its cause; returns the drops that are judged now, in order. too_fresh ones wait.
  std::vector<events::Event> settle(events::Event drop);

  // Those that still wait, at the end of the trace.
  std::vector<events::Event> take(Time end);

 private:
  static constexpr std::size_t max_held = 1024;

  std::deque<events::Event> held_;
};

}  // namespace cnamedrop::explain
