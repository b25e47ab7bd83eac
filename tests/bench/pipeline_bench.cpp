// How many events a second one core decodes, joins and writes: records as the kernel side writes them go through the
// assemblies and the join into a file. Not the ring buffer, and not the coalescing: a flood never gets here.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "capture/bpf_handles.h"
#include "capture/dns_assembly.h"
#include "capture/drop_assembly.h"
#include "dns_builder.h"
#include "join/join.h"
#include "output/file_sink.h"

namespace {

using namespace cnamedrop;

constexpr std::size_t sockets = 256;  // of the pod, each asks for a name of its own
constexpr std::size_t rounds = 1000;
constexpr int runs = 7;
constexpr std::uint64_t cgroup = 4711;
constexpr std::uint64_t interval_ns = 10'000;
constexpr events::Time noon = 1'772'366'400'000'000'000;  // 2026-03-01T12:00:00Z

ip_address_bytes address(std::uint8_t last, std::uint8_t before_last = 0) {
  ip_address_bytes address{};
  const std::uint8_t bytes[] = {10, 20, before_last, last};
  std::copy(std::begin(bytes), std::end(bytes), address.bytes);
  return address;
}

struct DnsMessage {
  dns_record record{};
  dns::Bytes payload;
};

DnsMessage dns_message(std::uint16_t socket, packet_direction direction, const dns::MessageBuilder& message) {
  DnsMessage made;
  made.payload = message.bytes();
  made.record.header = {RECORD_DNS, {}, 0, cgroup};
  made.record.local = address(1);
  made.record.remote = address(2);
  made.record.local_port = static_cast<std::uint16_t>(40000 + socket);
  made.record.remote_port = 53;
  made.record.ip_version = 4;
  made.record.protocol = events::protocol::UDP;
  made.record.direction = direction;
  made.record.payload_size = made.record.captured_size = message.size();
  return made;
}

// What one socket of the pod does: it asks, learns an address behind an alias, and its SYN to there is dropped.
struct Lookup {
  DnsMessage question;
  DnsMessage answer;
  drop_record drop{};
};

Lookup lookup(std::uint16_t number) {
  const std::string name = "service-" + std::to_string(number) + ".payments.example.com";
  const std::string target = "edge-" + std::to_string(number) + ".cdn.example.net";
  const auto last = static_cast<std::uint8_t>(number);
  const std::string learned = "10.20.1." + std::to_string(last);
  Lookup made;
  made.question =
      dns_message(number, DIRECTION_EGRESS, dns::MessageBuilder(number, dns::query_flags).question(name, dns::type::A));
  made.answer = dns_message(
      number, DIRECTION_INGRESS,
      dns::MessageBuilder(number).question(name, dns::type::A).cname(name, 300, target).a(target, 60, learned));
  made.drop.header = {RECORD_DROP, {}, 0, cgroup};
  made.drop.key.cgroup_id = cgroup;
  made.drop.key.location = 0xffffffff81234567;
  made.drop.key.local = address(1);
  made.drop.key.remote = address(last, 1);
  made.drop.key.reason = 8;
  made.drop.key.remote_port = 443;
  made.drop.key.ip_version = 4;
  made.drop.key.protocol = events::protocol::TCP;
  made.drop.local_port = static_cast<std::uint16_t>(50000 + number);
  made.drop.length = 60;
  made.drop.interface_index = 2;
  made.drop.netns = 4026531840;
  std::strcpy(made.drop.interface_name, "eth0");
  made.drop.tcp_flags = 2;
  made.drop.attributed_by = ATTRIBUTED_BY_LOCAL_ENDPOINT;
  made.drop.reason_known = 1;
  return made;
}

class Pipeline {
 public:
  Pipeline(const btf* vmlinux, output::FileSink& sink) : reasons_(vmlinux), join_({}, "node-1"), sink_(sink) {
    write({noon, events::Started{"", "", "", {}, {53}, 0}});
    write({noon, events::PodSeen{cgroup,
                                 {"8f1c2a7e-3b54-4d7e-9a51-0c7be1f2d3a4", "payments", "api-7d9c5b6f4-x2x7q",
                                  std::string(64, 'c'), "api", "containerd",
                                  "/kubepods.slice/kubepods-pod8f1c2a7e.slice/cri-containerd-cccccccccccc.scope"},
                                 false}});
  }

  void run(const Lookup& lookup) {
    add(lookup.question);
    add(lookup.answer);
    write({next_time(), to_dropped(lookup.drop, reasons_, symbols_)});
  }

 private:
  events::Time next_time() { return time_ += interval_ns; }

  void add(const DnsMessage& message) {
    dns_.add(message.record, message.payload.data(), next_time(), observations_);
    for (events::Observation& observation : observations_) write(std::move(observation));
    observations_.clear();
  }

  void write(events::Observation observation) { sink_.write(join_.annotate(std::move(observation))); }

  capture::DropReasons reasons_;
  capture::KernelSymbols symbols_;
  capture::DnsAssembly dns_;
  join::Join join_;
  output::FileSink& sink_;
  std::vector<events::Observation> observations_;
  events::Time time_ = noon;
};

// Events a second of processor time: what others do on this machine does not count.
double measure(const btf* vmlinux, output::FileSink& sink, const std::vector<Lookup>& lookups) {
  Pipeline pipeline(vmlinux, sink);
  for (const Lookup& lookup : lookups) pipeline.run(lookup);  // the tables, and /proc/kallsyms, are read once a trace
  const std::uint64_t before = sink.counters().events_written;
  const std::clock_t start = std::clock();
  for (std::size_t round = 0; round < rounds; ++round)
    for (const Lookup& lookup : lookups) pipeline.run(lookup);
  sink.flush();
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return static_cast<double>(sink.counters().events_written - before) / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  const capture::BtfHandle vmlinux(btf__load_vmlinux_btf());
  auto sink = output::FileSink::open({argc > 1 ? argv[1] : "/dev/null"});
  if (vmlinux == nullptr || !sink) {
    std::fprintf(stderr, "pipeline_bench: %s\n", sink ? "this kernel has no BTF" : sink.error().message.c_str());
    return 1;
  }
  std::vector<Lookup> lookups;
  for (std::size_t number = 0; number < sockets; ++number)
    lookups.push_back(lookup(static_cast<std::uint16_t>(number)));
  double best = 0;
  for (int run = 0; run < runs; ++run) best = std::max(best, measure(vmlinux.get(), **sink, lookups));
  std::printf("decode, join and write\t%.0f\tevents/s\tmore\t500000\n", best);
  return 0;
}
