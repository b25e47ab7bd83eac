// SPDX-License-Identifier: Apache-2.0
// From DNS payloads as the kernel copied them to decoded messages: TCP segments are put together, and what is no DNS is
// counted by its kind.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bpf/record.h"
#include "dns/message.h"
#include "dns/tcp_stream.h"
#include "events/observation.h"

namespace cnamedrop::capture {

struct DnsAssemblyBounds {
  std::size_t tcp_streams = 256;
  std::size_t tcp_stream_bytes = std::size_t{64} * 1024;
};

class DnsAssembly {
 public:
  explicit DnsAssembly(const DnsAssemblyBounds& bounds = {});

  // record is followed by its captured bytes. Appends the messages that it completed: none or one for UDP.
  void add(const dns_record& record, const std::uint8_t* payload, Time time, std::vector<events::Observation>& out);

  std::uint64_t undecodable() const;  // messages, over all kinds
  std::uint64_t tcp_lost() const;     // messages and segments of TCP streams that could not be framed

  // Every counter by its name in the totals of the stop event.
  void add_totals(std::map<std::string, std::uint64_t>& totals) const;

 private:
  void decode_into(const dns_record& record, std::span<const std::uint8_t> bytes, std::size_t wire_size, Time time,
                   std::vector<events::Observation>& out);

  dns::TcpStreams streams_;
  std::array<std::uint64_t, dns::decode_error_count> errors_{};
  std::uint64_t misdirected_ = 0;
};

// An address as the kernel side writes it.
dns::IpAddress to_address(const ip_address_bytes& bytes, std::uint8_t ip_version);

}  // namespace cnamedrop::capture
