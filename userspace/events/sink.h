// The seam between the join and whatever events are shown or kept in.
#pragma once

#include "events/event.h"

namespace cnamedrop::events {

class Sink {
 public:
  virtual ~Sink() = default;

  // Takes one event. Must not throw and must not block for long: what cannot be written is counted by the sink and
  // reported by its own means.
  virtual void write(const Event& event) = 0;

  // Called when the flow of events pauses, at least a few times a second: write out what is buffered, rotate by age.
  virtual void flush() = 0;
};

}  // namespace cnamedrop::events
