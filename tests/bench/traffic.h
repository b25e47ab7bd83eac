// SPDX-License-Identifier: Apache-2.0
// What one pod does in the benchmarks, as the records that the kernel side would write, and the way that they go from
// there into a file. Not the ring buffer, and not the coalescing: a flood never gets here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "capture/dns_assembly.h"
#include "capture/drop_assembly.h"
#include "dns_builder.h"
#include "event_files/file_sink.h"
#include "join/join.h"

namespace cnamedrop::bench {

inline constexpr std::uint64_t cgroup = 4711;
inline constexpr Time noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);

inline constexpr std::uint32_t own_address = 1, resolver_address = 2, first_learned_address = 256;  // in 10.0.0.0/8
inline constexpr std::uint32_t ports = 16384;  // of the pod for questions, and as many for connections

inline ip_address_bytes address(std::uint32_t number) {
  ip_address_bytes address{};
  address.bytes[0] = 10;
  for (int byte = 3; byte > 0; --byte, number >>= 8) address.bytes[byte] = static_cast<std::uint8_t>(number);
  return address;
}

inline std::string to_text(const ip_address_bytes& address) {
  std::string text;
  for (int byte = 0; byte < 4; ++byte) text += (byte == 0 ? "" : ".") + std::to_string(address.bytes[byte]);
  return text;
}

struct DnsMessage {
  dns_record record{};
  dns::Bytes payload;
};

inline DnsMessage dns_message(std::uint32_t number, packet_direction direction, const dns::MessageBuilder& message) {
  DnsMessage made;
  made.payload = message.bytes();
  made.record.header = {RECORD_DNS, {}, 0, cgroup};
  made.record.local = address(own_address);
  made.record.remote = address(resolver_address);
  made.record.local_port = static_cast<std::uint16_t>(16384 + number % ports);
  made.record.remote_port = 53;
  made.record.ip_version = 4;
  made.record.protocol = events::protocol::UDP;
  made.record.direction = direction;
  made.record.payload_size = made.record.captured_size = message.size();
  return made;
}

// The pod asks for a name, learns an address behind an alias, and its SYN to there is dropped.
struct Lookup {
  DnsMessage question;
  DnsMessage answer;
  drop_record drop{};
};

// Another name and another address for each number; under 16 million.
inline Lookup lookup(std::uint32_t number) {
  const std::string name = "service-" + std::to_string(number) + ".payments.example.com";
  const std::string target = "edge-" + std::to_string(number) + ".cdn.example.net";
  const ip_address_bytes learned = address(first_learned_address + number);
  const auto id = static_cast<std::uint16_t>(number);
  Lookup made;
  made.question =
      dns_message(number, DIRECTION_EGRESS, dns::MessageBuilder(id, dns::query_flags).question(name, dns::type::A));
  made.answer = dns_message(
      number, DIRECTION_INGRESS,
      dns::MessageBuilder(id).question(name, dns::type::A).cname(name, 300, target).a(target, 60, to_text(learned)));
  made.drop.header = {RECORD_DROP, {}, 0, cgroup};
  made.drop.key.cgroup_id = cgroup;
  made.drop.key.location = 0xffffffff81234567;
  made.drop.key.local = address(own_address);
  made.drop.key.remote = learned;
  made.drop.key.reason = 8;
  made.drop.key.remote_port = 443;
  made.drop.key.ip_version = 4;
  made.drop.key.protocol = events::protocol::TCP;
  made.drop.local_port = static_cast<std::uint16_t>(16384 + ports + number % ports);
  made.drop.length = 60;
  made.drop.interface_index = 2;
  made.drop.netns = 4026531840;
  std::strcpy(made.drop.interface_name, "eth0");
  made.drop.tcp_flags = 2;
  made.drop.attributed_by = ATTRIBUTED_BY_LOCAL_ENDPOINT;
  made.drop.reason_known = 1;
  return made;
}

// interval: between two events.
class Pipeline {
 public:
  Pipeline(const btf* vmlinux, event_files::FileSink& sink, Duration interval)
      : interval_(interval), reasons_(vmlinux), join_(join::Settings{}), sink_(sink) {
    write({noon, events::Started{"", "", "", {}, {53}, {}, {}, 0}});
    events::Observation seen{noon, events::PodSeen{cgroup, false}};
    seen.pod = std::make_shared<const pods::Pod>(
        pods::Pod{"8f1c2a7e-3b54-4d7e-9a51-0c7be1f2d3a4", "payments", "api-7d9c5b6f4-x2x7q", std::string(64, 'c'),
                  "api", "containerd", "/kubepods.slice/kubepods-pod8f1c2a7e.slice/cri-containerd-cccccccccccc.scope"});
    write(std::move(seen));
  }

  void run(const Lookup& lookup) {
    add(lookup.question);
    add(lookup.answer);
    write({next_time(), *to_dropped(lookup.drop, reasons_, symbols_)});
  }

 private:
  Time next_time() { return time_ += interval_; }

  void add(const DnsMessage& message) {
    dns_.add(message.record, message.payload.data(), next_time(), observations_);
    for (events::Observation& observation : observations_) write(std::move(observation));
    observations_.clear();
  }

  // As the trace does.
  void write(events::Observation observation) {
    observation.trace = trace_;
    observation.seq = next_seq_++;
    sink_.write(join_.annotate(std::move(observation)));
  }

  Duration interval_;
  capture::DropReasons reasons_;
  capture::KernelSymbols symbols_;
  capture::DnsAssembly dns_;
  join::Join join_;
  event_files::FileSink& sink_;
  std::vector<events::Observation> observations_;
  std::shared_ptr<const events::TraceId> trace_ =
      std::make_shared<const events::TraceId>(events::TraceId{"node-1", "5f0c2d9b1e7a4836"});
  std::uint64_t next_seq_ = 0;
  Time time_ = noon;
};

}  // namespace cnamedrop::bench
