// SPDX-License-Identifier: Apache-2.0
// The functions of the running kernel that free packets which nobody dropped, as code ranges: what a socket had
// received and is not read when it closes, above all. bpf/purge.h says what is made of them. Not for rules that need no
// place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bpf/record.h"
#include "capture/features.h"
#include "events/observation.h"

namespace cnamedrop::capture {

class PurgePlaces {
 public:
  // Reads the whole table, which takes some 50 ms: call it when nothing waits.
  static PurgePlaces read(const Features& features, const std::string& kallsyms = "/proc/kallsyms");

  // Whether the kernel would have counted it as purged, had it known the places by then.
  bool is_purge(const events::Dropped& drop) const;

  // Sorted; at most MAX_PURGE_RANGES.
  const std::vector<purge_range>& ranges() const { return ranges_; }

  // Rules that are off, because none of their functions has a symbol here, by what they are for.
  const std::vector<std::string>& off() const { return off_; }

 private:
  std::vector<purge_range> ranges_;
  std::vector<std::string> off_;
};

}  // namespace cnamedrop::capture
