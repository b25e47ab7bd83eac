// Segments to their place, bytes to their message. A message is framed by arithmetic on its length, so that bytes which
// the capture cut away cost only the end of their own message.
#include "dns/tcp_stream.h"

#include <algorithm>
#include <utility>

#include "dns/message.h"

namespace cnamedrop::dns {
namespace {

constexpr std::size_t waiting_overhead = 128;      // of a node of the map, so that tiny segments are bounded too
constexpr std::uint64_t first_epoch = 1ULL << 32;  // leaves room for positions before the first byte

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

void TcpStreams::synchronise(Stream& stream, std::uint32_t sequence) {
  stream = Stream();
  stream.synchronised = true;
  stream.next = first_epoch + sequence;
}

void TcpStreams::give_up(Stream& stream) { stream = Stream(); }

std::vector<StreamMessage> TcpStreams::add(const StreamKey& key, const Segment& segment) {
  if (streams_.find(key) == nullptr)
    if (const Stream* oldest = streams_.next_to_go(); oldest != nullptr && oldest->unfinished())
      ++counters_.evicted_streams;
  Stream& stream = streams_.use(key);
  std::vector<StreamMessage> out;
  std::uint32_t sequence = segment.sequence;
  if (segment.syn) synchronise(stream, ++sequence);  // the SYN itself counts as one (RFC 9293 section 3.4)
  if (segment.payload_size == 0) return out;
  if (!stream.synchronised) {
    if (!frames_one_message(segment)) {
      ++counters_.unsynchronised;
      return out;
    }
    synchronise(stream, sequence);
  }
  // The nearest position to what is expected that this sequence number can mean.
  const auto ahead = static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(stream.next));
  add_at(stream, stream.next + static_cast<std::uint64_t>(static_cast<std::int64_t>(ahead)), segment, out);
  while (stream.synchronised && !stream.waiting.empty() && stream.waiting.begin()->first <= stream.next) {
    const auto first = stream.waiting.extract(stream.waiting.begin());
    stream.waiting_bytes -= first.mapped().captured.size() + waiting_overhead;
    add_at(stream, first.key(), {0, false, first.mapped().captured, first.mapped().payload_size}, out);
  }
  return out;
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
  if (stream.synchronised) skip(stream, missing, out);
}

void TcpStreams::hold(Stream& stream, std::uint64_t position, const Segment& segment) {
  const std::size_t cost = segment.captured.size() + waiting_overhead;
  if (stream.waiting_bytes + cost > max_buffered_bytes_) {
    ++counters_.overflowed_streams;
    give_up(stream);
    return;
  }
  const auto [entry, is_new] = stream.waiting.try_emplace(position);
  if (!is_new) return;
  entry->second = {{segment.captured.begin(), segment.captured.end()}, segment.payload_size};
  stream.waiting_bytes += cost;
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
