// SPDX-License-Identifier: Apache-2.0
// The counters in the BPF maps: the per-CPU totals, the open windows, and how often a program was not run at all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "capture/bpf_handles.h"
#include "capture/drop_windows.h"
#include "capture/loader.h"

namespace cnamedrop::capture {

// Sums the totals over the CPUs. All zero if the map cannot be read, which libbpf would have refused at the load.
kernel_totals read_totals(const Programs& programs);

// Takes back the endpoints of cgroups that are gone: whoever gets their addresses must not be taken for them.
void forget_endpoints(const Programs& programs, const std::vector<std::uint64_t>& cgroup_ids);

// By name, as in the stop event.
std::map<std::string, std::uint64_t> to_map(const kernel_totals& totals);

// Runs that the kernel left out because the program was already running on that CPU (5.12 and later; before, 0).
std::uint64_t read_recursion_misses(const Programs& programs);

class MapWindowCounters : public WindowCounters {
 public:
  explicit MapWindowCounters(const bpf_map* windows) : fd_(bpf_map__fd(windows)) {}
  std::optional<DropCount> coalesced(const drop_key& key) override;
  void forget(const drop_key& key) override;

 private:
  int fd_;
};

}  // namespace cnamedrop::capture
