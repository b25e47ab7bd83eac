// SPDX-License-Identifier: Apache-2.0
// How many events a second one core decodes, joins and writes.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "capture/bpf_handles.h"
#include "traffic.h"

namespace {

using namespace cnamedrop;

constexpr std::uint32_t names = 256;
constexpr std::size_t rounds = 1000;
constexpr int runs = 7;
constexpr Duration interval = std::chrono::microseconds(10);

// Events a second of processor time: what others do on this machine does not count.
double measure(const btf* vmlinux, event_files::FileSink& sink, const std::vector<bench::Lookup>& lookups) {
  bench::Pipeline pipeline(vmlinux, sink, interval);
  for (const bench::Lookup& lookup : lookups)
    pipeline.run(lookup);  // tables, and /proc/kallsyms, are read once a trace
  const std::uint64_t before = sink.counters().events_written;
  const std::clock_t start = std::clock();
  for (std::size_t round = 0; round < rounds; ++round)
    for (const bench::Lookup& lookup : lookups) pipeline.run(lookup);
  sink.flush();
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return static_cast<double>(sink.counters().events_written - before) / seconds;
}

}  // namespace

int main() {
  const capture::BtfHandle vmlinux(btf__load_vmlinux_btf());
  auto sink = event_files::FileSink::open({"/dev/null"});
  if (vmlinux == nullptr || !sink) {
    std::fprintf(stderr, "pipeline_bench: %s\n", sink ? "this kernel has no BTF" : sink.error().message.c_str());
    return 1;
  }
  std::vector<bench::Lookup> lookups;
  for (std::uint32_t number = 0; number < names; ++number) lookups.push_back(bench::lookup(number));
  double best = 0;
  for (int run = 0; run < runs; ++run) best = std::max(best, measure(vmlinux.get(), **sink, lookups));
  std::printf("decode, join and write\t%.0f\tevents/s\tmore\t500000\n", best);
  return 0;
}
