// SPDX-License-Identifier: Apache-2.0
// Writes the event file of a busy pod: `make_trace FILE BYTES`. It uses a number of names again and again, and then
// others, so that memory that grows with the file's size shows.
#include <cstdio>
#include <cstdlib>

#include "capture/bpf_handles.h"
#include "traffic.h"

namespace {

using namespace cnamedrop;

constexpr Duration interval = std::chrono::milliseconds(1);
constexpr std::uint32_t names_at_a_time = 256;
constexpr int rounds = 50;

void use_names(bench::Pipeline& pipeline, std::uint32_t first) {
  std::vector<bench::Lookup> lookups;
  for (std::uint32_t number = first; number < first + names_at_a_time; ++number)
    lookups.push_back(bench::lookup(number));
  for (int round = 0; round < rounds; ++round)
    for (const bench::Lookup& lookup : lookups) pipeline.run(lookup);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_trace FILE BYTES\n");
    return 2;
  }
  const std::uint64_t bytes = std::strtoull(argv[2], nullptr, 10);
  const capture::BtfHandle vmlinux(btf__load_vmlinux_btf());
  auto sink = event_files::FileSink::open({argv[1]});
  if (vmlinux == nullptr || !sink) {
    std::fprintf(stderr, "make_trace: %s\n", sink ? "this kernel has no BTF" : sink.error().message.c_str());
    return 1;
  }
  bench::Pipeline pipeline(vmlinux.get(), **sink, interval);
  for (std::uint32_t first = 0; (*sink)->counters().bytes_written < bytes; first += names_at_a_time)
    use_names(pipeline, first);
  (*sink)->flush();
  return (*sink)->counters().events_dropped == 0 ? 0 : 1;
}
