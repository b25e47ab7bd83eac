// SPDX-License-Identifier: Apache-2.0
// Lines that are missing between those that were read, by the numbers that each trace gives its lines.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "events/event.h"
#include "types/bounded_map.h"

namespace cnamedrop::event_files {

class SeqGaps {
 public:
  SeqGaps() : last_(max_traces) {}

  // selection: the line is one of several that were chosen, so what lies between them is no loss.
  void note(const events::Event& event, bool selection) {
    const events::Observation& observation = event.observation;
    if (!observation.seq || observation.trace == nullptr) return;
    const std::string key = observation.trace->node_name + '\n' + observation.trace->trace_id;
    const Last* known = last_.find(key);
    const std::uint64_t seq = *observation.seq;
    if (known != nullptr && seq <= known->seq) return;  // read twice
    if (known != nullptr && !selection && !known->selection) missing_ += unexplained(event, seq - known->seq - 1);
    last_.use(key) = {seq, selection};
  }

  std::uint64_t missing() const { return missing_; }

 private:
  static constexpr std::size_t max_traces = 4096;

  struct Last {
    std::uint64_t seq = 0;
    bool selection = false;
  };

  // A `lost` event of the output stands in the place of the last event that could not be written.
  static std::uint64_t unexplained(const events::Event& event, std::uint64_t gap) {
    const auto* lost = std::get_if<events::Lost>(&event.observation.what);
    return lost != nullptr && lost->what == "output" ? gap - std::min(gap, lost->count) : gap;
  }

  BoundedMap<std::string, Last> last_;
  std::uint64_t missing_ = 0;
};

}  // namespace cnamedrop::event_files
