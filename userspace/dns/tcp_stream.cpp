// SPDX-License-Identifier: Apache-2.0
// Segments to their place, bytes to their message. A message is framed by arithmetic on its length, so that bytes which
// the capture cut away cost only the end of their own message.
#include "dns/tcp_stream.h"

#include <algorithm>
#include <utility>

#include "dns/message.h"

namespace cnamedrop::dns {
namespace {

constexpr std::uint64_t first_epoch = 1ULL << 32;  // leaves room for positions before the first byte
constexpr std::int64_t max_distance = 1 << 24;     // more than a window of DNS over TCP: farther is another connection

// What a segment that waits takes, with its node in the map, so that tiny segments are bounded too.
std::size_t cost_of(std::span<const std::uint8_t> captured) { return captured.size() + 128; }

// A whole message in one segment: what most resolvers and clients send. Strict, since it decides where a stream begins.
bool frames_one_message(const Segment& segment) {
  if (segment.captured.size() < 2) return false;
  const std::size_t length = static_cast<std::size_t>(segment.captured[0]) << 8 | segment.captured[1];
  return length + 2 == segment.payload_size && decode(segment.captured.subspan(2), length).message.has_value();
}

}  // namespace

std::size_t StreamKeyHash::operator()(const StreamKey& key) const noexcept {
  std::size_t hash = IpAddressHash()(key.local.address) * 31 + IpAddressHash()(key.remote.address);
  hash = hash * 31 + (static_cast<std::size_t>(key.local.port) << 17 | static_cast<std::size_t>(key.remote.port) << 1 |
                      static_cast<std::size_t>(key.outgoing));
  return hash * 31 + key.cgroup_id;
}

TcpStreams::TcpStreams(std::size_t max_streams, std::size_t max_buffered_bytes)
    : max_buffered_bytes_(max_buffered_bytes), streams_(max_streams) {}

TcpStreams::Stream& TcpStreams::synchronise(const StreamKey& key, std::uint32_t sequence) {
  if (streams_.find(key) == nullptr)
    if (const Stream* oldest = streams_.next_to_go(); oldest != nullptr && oldest->unfinished())
      ++counters_.evicted_streams;
  Stream& stream = streams_.use(key);
  stream = Stream();
  stream.synchronised = true;
  stream.next = first_epoch + sequence;
  return stream;
}

void TcpStreams::give_up(Stream& stream) { stream = Stream(); }

// The nearest place to what is expected that this sequence number can mean; nothing if the stream is not known there.
std::optional<std::uint64_t> TcpStreams::Stream::position_of(std::uint32_t sequence) const {
  const std::int64_t distance = static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(next));
  if (!synchronised || distance > max_distance || distance < -max_distance) return std::nullopt;
  return next + static_cast<std::uint64_t>(distance);
}

std::vector<StreamMessage> TcpStreams::add(const StreamKey& key, const Segment& segment) {
  std::vector<StreamMessage> out;
  if (segment.syn) {  // counts as one itself (RFC 9293 section 3.4)
    Stream& stream = synchronise(key, segment.sequence + 1);
    add_at(stream, stream.next, segment, out);
    return out;
  }
  if (segment.payload_size == 0) return out;
  const Stream* known = streams_.find(key);
  const std::optional<std::uint64_t> position = known ? known->position_of(segment.sequence) : std::nullopt;
  if (position) {
    Stream& stream = streams_.use(key);
    add_at(stream, *position, segment, out);
    add_waiting(stream, out);
  } else if (frames_one_message(segment)) {
    Stream& stream = synchronise(key, segment.sequence);
    add_at(stream, stream.next, segment, out);
  } else {
    ++counters_.unsynchronised;
  }
  return out;
}

void TcpStreams::add_waiting(Stream& stream, std::vector<StreamMessage>& out) {
  while (!stream.waiting.empty() && stream.waiting.begin()->first <= stream.next) {
    const auto first = stream.waiting.extract(stream.waiting.begin());
    stream.waiting_bytes -= cost_of(first.mapped().captured);
    add_at(stream, first.key(), {0, false, first.mapped().captured, first.mapped().payload_size}, out);
  }
}

void TcpStreams::add_at(Stream& stream, std::uint64_t position, const Segment& segment,
                        std::vector<StreamMessage>& out) {
  if (position > stream.next) {
    hold(stream, position, segment);
    return;
  }
  const std::uint64_t known = stream.next - position;  // a retransmission, or a part of one
  if (known >= segment.payload_size) return;
  const std::size_t captured_known = std::min<std::uint64_t>(known, segment.captured.size());
  stream.next = position + segment.payload_size;
  take(stream, segment.captured.subspan(captured_known), out);
  const std::size_t missing = segment.payload_size - std::max<std::size_t>(known, segment.captured.size());
  skip(stream, missing, out);
}

void TcpStreams::hold(Stream& stream, std::uint64_t position, const Segment& segment) {
  Waiting& waiting = stream.waiting[position];
  if (waiting.payload_size >= segment.payload_size) return;  // the same again
  if (waiting.payload_size != 0) stream.waiting_bytes -= cost_of(waiting.captured);
  stream.waiting_bytes += cost_of(segment.captured);
  if (stream.waiting_bytes > max_buffered_bytes_) {
    ++counters_.overflowed_streams;
    give_up(stream);
    return;
  }
  waiting = {{segment.captured.begin(), segment.captured.end()}, segment.payload_size};
}

void TcpStreams::take(Stream& stream, std::span<const std::uint8_t> bytes, std::vector<StreamMessage>& out) {
  while (!bytes.empty()) {
    if (stream.length_bytes < 2) {
      stream.length = stream.length << 8 | bytes.front();
      bytes = bytes.subspan(1);
      ++stream.length_bytes;
    } else {
      const std::size_t size = std::min(bytes.size(), stream.length - stream.received);
      // Behind a hole the bytes only count.
      if (stream.bytes.size() == stream.received)
        stream.bytes.insert(stream.bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      stream.received += size;
      bytes = bytes.subspan(size);
    }
    if (stream.length_bytes == 2 && stream.received == stream.length) finish_message(stream, out);
  }
}

void TcpStreams::skip(Stream& stream, std::size_t missing, std::vector<StreamMessage>& out) {
  if (missing == 0) return;
  if (stream.length_bytes == 2) {
    const std::size_t size = std::min(missing, stream.length - stream.received);
    stream.received += size;
    missing -= size;
    if (stream.received == stream.length) finish_message(stream, out);
  }
  if (missing == 0) return;
  // A length is among the missing bytes: where the next message begins is not known any more.
  ++counters_.lost_messages;
  give_up(stream);
}

void TcpStreams::finish_message(Stream& stream, std::vector<StreamMessage>& out) {
  out.push_back({std::move(stream.bytes), stream.length});
  stream.bytes = {};
  stream.length_bytes = 0;
  stream.length = stream.received = 0;
}

}  // namespace cnamedrop::dns
