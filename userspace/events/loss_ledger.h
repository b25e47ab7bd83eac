// SPDX-License-Identifier: Apache-2.0
// Turns counters of what was lost into events: each growth becomes one Lost, with the time since when.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "events/observation.h"

namespace cnamedrop::events {

class LossLedger {
 public:
  explicit LossLedger(Time start) : start_(start) {}

  // total is the counter's value now; a counter that did not grow makes no event. skbs is the same in buffers, of what
  // is counted in both.
  void report(const std::string& what, std::uint64_t total, Time now, std::vector<Observation>& out,
              std::uint64_t skbs = 0) {
    Entry& entry = entries_.try_emplace(what, Entry{0, 0, start_}).first->second;
    if (total > entry.reported)
      out.push_back({now, Lost{what, total - entry.reported, entry.checked, skbs - entry.skbs}});
    entry = {total, skbs, now};
  }

 private:
  struct Entry {
    std::uint64_t reported = 0;
    std::uint64_t skbs = 0;
    Time checked;
  };
  Time start_;
  std::map<std::string, Entry> entries_;
};

}  // namespace cnamedrop::events
