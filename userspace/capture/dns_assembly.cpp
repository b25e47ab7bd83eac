// SPDX-License-Identifier: Apache-2.0
// Feeds the decoder, through the TCP reassembly where the record is a segment.
#include "capture/dns_assembly.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace cnamedrop::capture {

dns::IpAddress to_address(const ip_address_bytes& bytes, std::uint8_t ip_version) {
  dns::IpAddress address;
  address.version = ip_version == 4 ? dns::IpVersion::V4 : dns::IpVersion::V6;
  std::copy_n(bytes.bytes, ip_version == 4 ? 4 : 16, address.bytes.begin());
  return address;
}

DnsAssembly::DnsAssembly(const DnsAssemblyBounds& bounds) : streams_(bounds.tcp_streams, bounds.tcp_stream_bytes) {}

void DnsAssembly::add(const dns_record& record, const std::uint8_t* payload, Time time,
                      std::vector<events::Observation>& out) {
  const std::span<const std::uint8_t> captured(payload, record.captured_size);
  if (record.protocol == events::protocol::UDP) {
    decode_into(record, captured, record.payload_size, time, out);
    return;
  }
  const dns::StreamKey key{record.header.cgroup_id,
                           {to_address(record.local, record.ip_version), record.local_port},
                           {to_address(record.remote, record.ip_version), record.remote_port},
                           record.direction == DIRECTION_EGRESS};
  const dns::Segment segment{record.tcp_sequence, record.tcp_syn != 0, captured, record.payload_size};
  for (const dns::StreamMessage& message : streams_.add(key, segment))
    decode_into(record, message.bytes, message.wire_size, time, out);
}

void DnsAssembly::decode_into(const dns_record& record, std::span<const std::uint8_t> bytes, std::size_t wire_size,
                              Time time, std::vector<events::Observation>& out) {
  dns::Decoded decoded = dns::decode(bytes, wire_size);
  if (!decoded.message) {
    ++errors_[static_cast<std::size_t>(decoded.error)];
    return;
  }
  // The kernel side takes what goes to a resolver and what comes from one: anything else is somebody's forgery.
  if (decoded.message->response != (record.direction == DIRECTION_INGRESS)) {
    ++misdirected_;
    return;
  }
  out.push_back({time, events::DnsSeen{record.header.cgroup_id,
                                       record.protocol,
                                       {to_address(record.local, record.ip_version), record.local_port},
                                       {to_address(record.remote, record.ip_version), record.remote_port},
                                       std::move(*decoded.message)}});
}

std::uint64_t DnsAssembly::undecodable() const { return std::accumulate(errors_.begin(), errors_.end(), misdirected_); }

std::uint64_t DnsAssembly::tcp_lost() const {
  const dns::TcpStreamCounters& tcp = streams_.counters();
  return tcp.unsynchronised + tcp.lost_messages + tcp.evicted_streams + tcp.overflowed_streams;
}

void DnsAssembly::add_totals(std::map<std::string, std::uint64_t>& totals) const {
  for (std::size_t i = 0; i < errors_.size(); ++i)
    totals["dns_undecodable_" + std::string(dns::to_string(static_cast<dns::DecodeError>(i)))] = errors_[i];
  totals["dns_undecodable_misdirected"] = misdirected_;
  const dns::TcpStreamCounters& tcp = streams_.counters();
  totals["dns_tcp_evicted_streams"] = tcp.evicted_streams;
  totals["dns_tcp_overflowed_streams"] = tcp.overflowed_streams;
  totals["dns_tcp_unsynchronised"] = tcp.unsynchronised;
  totals["dns_tcp_lost_messages"] = tcp.lost_messages;
}

}  // namespace cnamedrop::capture
