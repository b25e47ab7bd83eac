// SPDX-License-Identifier: Apache-2.0
// Map look-ups.
#include "capture/kernel_counters.h"

#include <algorithm>

namespace cnamedrop::capture {

kernel_totals read_totals(const Programs& programs) {
  const int cpus = libbpf_num_possible_cpus();
  std::vector<kernel_totals> per_cpu(cpus > 0 ? static_cast<std::size_t>(cpus) : 0);
  const __u32 key = 0;
  kernel_totals sum{};
  if (bpf_map_lookup_elem(bpf_map__fd(programs.skeleton->maps.totals), &key, per_cpu.data()) != 0) return sum;
  for (const kernel_totals& cpu : per_cpu) {
#define COUNTER(name, sentence) sum.name += cpu.name;
    KERNEL_COUNTERS(COUNTER)
#undef COUNTER
  }
  return sum;
}

void forget_endpoints(const Programs& programs, const std::vector<std::uint64_t>& cgroup_ids) {
  if (cgroup_ids.empty()) return;
  const int table = bpf_map__fd(programs.skeleton->maps.local_endpoints);
  std::vector<endpoint_key> dead;
  endpoint_key key{};
  endpoint owner{};
  // The table changes while it is walked: what is missed goes when it is the oldest.
  for (int error = bpf_map_get_next_key(table, nullptr, &key); error == 0;
       error = bpf_map_get_next_key(table, &key, &key)) {
    if (dead.size() >= bpf_map__max_entries(programs.skeleton->maps.local_endpoints)) break;
    if (bpf_map_lookup_elem(table, &key, &owner) == 0 &&
        std::find(cgroup_ids.begin(), cgroup_ids.end(), owner.cgroup_id) != cgroup_ids.end())
      dead.push_back(key);
  }
  for (const endpoint_key& one : dead) bpf_map_delete_elem(table, &one);
}

std::map<std::string, std::uint64_t> to_map(const kernel_totals& totals) {
  std::map<std::string, std::uint64_t> map;
#define COUNTER(name, sentence) map[#name] = totals.name;
  KERNEL_COUNTERS(COUNTER)
#undef COUNTER
  return map;
}

std::uint64_t read_recursion_misses(const Programs& programs) {
  std::uint64_t misses = 0;
  for (const bpf_program* program : {static_cast<const bpf_program*>(programs.skeleton->progs.on_egress),
                                     static_cast<const bpf_program*>(programs.skeleton->progs.on_ingress),
                                     static_cast<const bpf_program*>(programs.drop_program)}) {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0) misses += info.recursion_misses;
  }
  return misses;
}

std::optional<DropCount> MapWindowCounters::coalesced(const drop_key& key) {
  drop_window window{};
  if (bpf_map_lookup_elem(fd_, &key, &window) != 0) return std::nullopt;
  return DropCount{window.packets, window.skbs};
}

void MapWindowCounters::forget(const drop_key& key) { bpf_map_delete_elem(fd_, &key); }

}  // namespace cnamedrop::capture
