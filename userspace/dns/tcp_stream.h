// SPDX-License-Identifier: Apache-2.0
// Puts the segments of DNS over TCP back together (RFC 1035 section 4.2.2, RFC 7766): across segments, several
// messages a stream, out of order, retransmitted, or cut by the capture. Bounded in streams and in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "dns/ip_address.h"
#include "types/bounded_map.h"

namespace cnamedrop::dns {

// One direction of one TCP connection.
struct StreamKey {
  std::uint64_t cgroup_id = 0;
  Endpoint local;
  Endpoint remote;
  bool outgoing = false;

  auto operator<=>(const StreamKey&) const = default;
};

struct StreamKeyHash {
  std::size_t operator()(const StreamKey& key) const noexcept;
};

struct Segment {
  std::uint32_t sequence = 0;  // of the first payload byte; of the SYN itself when syn is set
  bool syn = false;
  std::span<const std::uint8_t> captured;  // the first bytes of the payload, as many as the capture kept
  std::uint32_t payload_size = 0;          // true size; more than captured.size() where cut, never less
};

// A message as it was framed: its bytes, and its true size, larger where the capture left holes at its end.
struct StreamMessage {
  std::vector<std::uint8_t> bytes;
  std::size_t wire_size = 0;
};

struct TcpStreamCounters {
  std::uint64_t evicted_streams = 0;     // the table was full, and the stream idle longest had a message unfinished
  std::uint64_t unsynchronised = 0;      // segments of a stream whose start was not seen and that frame no message
  std::uint64_t overflowed_streams = 0;  // out-of-order bytes over the bound: the framing was given up
  std::uint64_t lost_messages = 0;       // the capture cut a segment where a message began: the framing was given up
};

class TcpStreams {
 public:
  // max_streams counts directions; max_buffered_bytes is what one stream may hold back while it waits for a hole.
  TcpStreams(std::size_t max_streams, std::size_t max_buffered_bytes);

  // Takes one segment and returns the messages that it completed, in order.
  std::vector<StreamMessage> add(const StreamKey& key, const Segment& segment);

  const TcpStreamCounters& counters() const { return counters_; }

 private:
  // A segment that came before its turn.
  struct Waiting {
    std::vector<std::uint8_t> captured;
    std::uint32_t payload_size = 0;
  };
  struct Stream {
    bool synchronised = false;
    std::uint64_t next = 0;                    // position of the next byte: the sequence number, carried on past 2^32
    std::map<std::uint64_t, Waiting> waiting;  // by position
    std::size_t waiting_bytes = 0;
    // The message that is being framed.
    unsigned length_bytes = 0;  // of the two that say the length
    std::size_t length = 0;
    std::size_t received = 0;
    std::vector<std::uint8_t> bytes;

    bool unfinished() const { return length_bytes != 0 || !waiting.empty(); }
    std::optional<std::uint64_t> position_of(std::uint32_t sequence) const;
  };

  Stream& synchronise(const StreamKey& key, std::uint32_t sequence);
  void give_up(Stream& stream);
  void add_at(Stream& stream, std::uint64_t position, const Segment& segment, std::vector<StreamMessage>& out);
  void add_waiting(Stream& stream, std::vector<StreamMessage>& out);
  void hold(Stream& stream, std::uint64_t position, const Segment& segment);
  void take(Stream& stream, std::span<const std::uint8_t> bytes, std::vector<StreamMessage>& out);
  void skip(Stream& stream, std::size_t missing, std::vector<StreamMessage>& out);
  void finish_message(Stream& stream, std::vector<StreamMessage>& out);

  std::size_t max_buffered_bytes_;
  BoundedMap<StreamKey, Stream, StreamKeyHash> streams_;
  TcpStreamCounters counters_;
};

}  // namespace cnamedrop::dns
