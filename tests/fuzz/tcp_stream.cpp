// SPDX-License-Identifier: Apache-2.0
// Whatever order, overlap and cuts the segments of a stream come in, its messages come out as the stream frames them,
// until the framing is given up, which is counted. Streams that contradict themselves only have to stay in bounds.
// Input: a byte that says a quarter of the stream's size, the stream, then segments of four bytes each.
#include "dns/tcp_stream.h"

#include <algorithm>
#include <span>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace cnamedrop::fuzz {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t first_sequence = 0xffffffc0;  // the sequence number wraps within the stream

std::vector<Bytes> messages_of(Bytes stream) {
  std::vector<Bytes> messages;
  while (stream.size() >= 2) {
    const std::size_t length = static_cast<std::size_t>(stream[0]) << 8 | stream[1];
    if (stream.size() < 2 + length) break;
    messages.push_back(stream.subspan(2, length));
    stream = stream.subspan(2 + length);
  }
  return messages;
}

// One stream, of which each segment shows a true part.
class HonestStream {
 public:
  explicit HonestStream(Bytes stream) : stream_(stream), expected_(messages_of(stream)) { start(); }

  void start() {
    streams_.add({}, {first_sequence - 1, true, {}, 0});
    delivered_ = 0;
    losses_ = losses();
  }

  void add(std::size_t offset, std::size_t size, std::size_t captured) {
    const Bytes payload = stream_.subspan(offset, std::min(size, stream_.size() - offset));
    const Bytes kept = payload.first(std::min(captured, payload.size()));
    const bool framed = is_framed();
    const auto messages = streams_.add({}, {first_sequence + static_cast<std::uint32_t>(offset), false, kept,
                                            static_cast<std::uint32_t>(payload.size())});
    if (!framed) return;
    for (const dns::StreamMessage& message : messages) take(message);
  }

  void finish() {
    if (!is_framed()) return;
    add(0, stream_.size(), stream_.size());
    require(delivered_ == expected_.size(), "the whole stream gives all its messages");
  }

 private:
  std::uint64_t losses() const {
    const dns::TcpStreamCounters& counters = streams_.counters();
    return counters.unsynchronised + counters.overflowed_streams + counters.lost_messages;
  }
  bool is_framed() const { return losses() == losses_; }

  void take(const dns::StreamMessage& message) {
    require(delivered_ < expected_.size(), "no message that the stream does not hold");
    const Bytes expected = expected_[delivered_++];
    require(message.wire_size == expected.size(), "a message has the size that the stream says");
    require(message.bytes.size() <= expected.size() &&
                std::equal(message.bytes.begin(), message.bytes.end(), expected.begin()),
            "a message is the beginning of the framed one");
  }

  Bytes stream_;
  std::vector<Bytes> expected_;
  dns::TcpStreams streams_{1, 1024};
  std::size_t delivered_ = 0;
  std::uint64_t losses_ = 0;
};

// Few streams in little room, whose segments contradict each other.
class HostileStreams {
 public:
  void add(std::uint8_t stream, std::uint32_t sequence, bool syn, Bytes captured, std::uint32_t payload_size) {
    dns::StreamKey key;
    key.cgroup_id = stream;
    for (const dns::StreamMessage& message : streams_.add(key, {sequence, syn, captured, payload_size}))
      require(message.bytes.size() <= message.wire_size && message.wire_size <= 0xffff,
              "a message has a 16 bit length");
  }

 private:
  dns::TcpStreams streams_{2, 512};
};

void check(Bytes stream, Bytes segments) {
  HonestStream honest(stream);
  HostileStreams hostile;
  for (; segments.size() >= 4; segments = segments.subspan(4)) {
    const std::size_t offset = std::min(std::size_t{segments[0]} * 4 + segments[3] % 4, stream.size());
    const std::size_t size = segments[1];
    const std::size_t captured = segments[2];
    const bool syn = segments[3] == 0xff;
    if (syn) honest.start();
    honest.add(offset, size, captured);
    const Bytes bytes = stream.subspan(offset).first(std::min(captured, stream.size() - offset));
    hostile.add(segments[3] % 8 / 2, static_cast<std::uint32_t>(size) << 24 | static_cast<std::uint32_t>(offset), syn,
                bytes, static_cast<std::uint32_t>(bytes.size() + segments[3] / 8));
  }
  honest.finish();
}

}  // namespace
}  // namespace cnamedrop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  const std::size_t stream_size = std::min(std::size_t{data[0]} * 4, bytes.size());
  cnamedrop::fuzz::check(bytes.first(stream_size), bytes.subspan(stream_size));
  return 0;
}
