// SPDX-License-Identifier: Apache-2.0
// The seam between the join and whatever events are shown or kept in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "events/event.h"
#include "types/result.h"

namespace cnamedrop::events {

class Sink {
 public:
  virtual ~Sink() = default;

  // Takes one event. Must not throw and must not wait for a reader: what cannot be written is held or dropped, and
  // counted either way.
  virtual void write(const Event& event) = 0;

  // Called when the flow of events pauses, at least a few times a second: write out what is buffered, rotate by age.
  virtual void flush() = 0;

  // Goes on in a new file of the same name. Keeps the old one if that fails, and says why.
  virtual std::optional<Error> reopen() { return std::nullopt; }

  // Events that the reader would miss if the program ended now: taken but not written, nor said to be lost.
  virtual std::uint64_t unwritten() const = 0;
  // Events that were dropped because the output could not take them, ever.
  virtual std::uint64_t dropped() const { return 0; }
  // Why events cannot be written or were dropped; "" while all is well. It stays while that lasts, so the caller says
  // it when it changes.
  virtual std::string problem() const { return {}; }
  // Whoever read the output went away.
  virtual bool reader_gone() const { return false; }
};

}  // namespace cnamedrop::events
