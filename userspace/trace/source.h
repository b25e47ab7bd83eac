// SPDX-License-Identifier: Apache-2.0
// Where the observations of a trace come from. The kernel is one source (capture::Tracer), a test another.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "events/observation.h"
#include "types/time.h"

namespace cnamedrop::trace {

class Source {
 public:
  virtual ~Source() = default;

  // Becomes readable when there is much to read.
  virtual int poll_fd() const = 0;

  // Appends a bounded number of observations, in order. True if more can be read at once. To be called at least a few
  // times a second: a few records wait without making poll_fd() readable.
  virtual bool read(std::vector<events::Observation>& out) = 0;

  // Nothing more is recorded from here on; what was recorded is still to be read.
  virtual void detach() = 0;

  // To be called after detach() and once read() has nothing left: appends what was held back, and what was lost.
  // Records that were not read are among what was lost.
  virtual void finish(std::vector<events::Observation>& out) = 0;

  // On the clock of the observations.
  virtual Time now() const = 0;

  // Every counter of the source by its name in the totals of the stop event.
  virtual std::map<std::string, std::uint64_t> totals() const = 0;

  virtual bool target_exists() const = 0;
};

}  // namespace cnamedrop::trace
