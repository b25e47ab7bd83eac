// SPDX-License-Identifier: Apache-2.0
// Gives each drop record the count of its window, and keeps the order of observations while a window is open.
//
// The kernel records the first drop of a window and only counts the others. Userspace holds that record, and everything
// behind it, until the window is over, then reads the counter. Counters only grow, so that the differences that are
// taken here add up to the kernel's total, whenever they are read.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bpf/record.h"
#include "events/observation.h"

namespace cnamedrop::capture {

struct DropKeyHash {
  std::size_t operator()(const drop_key& key) const noexcept;
};
struct DropKeyEqual {
  bool operator()(const drop_key& a, const drop_key& b) const noexcept { return std::memcmp(&a, &b, sizeof(a)) == 0; }
};

// Dropped packets as the wire would have seen them, and the buffers that held them.
struct DropCount {
  std::uint64_t packets = 0;
  std::uint64_t skbs = 0;

  bool operator==(const DropCount&) const = default;
  DropCount operator+(const DropCount& other) const { return {packets + other.packets, skbs + other.skbs}; }
  DropCount operator-(const DropCount& other) const { return {packets - other.packets, skbs - other.skbs}; }
};

// The counters that the kernel keeps (the map drop_windows).
class WindowCounters {
 public:
  virtual ~WindowCounters() = default;
  // Drops counted without a record under this key, ever; nothing if the key has no counter.
  virtual std::optional<DropCount> coalesced(const drop_key& key) = 0;
  virtual void forget(const drop_key& key) = 0;
};

class DropWindows {
 public:
  // Times are boot-time nanoseconds. At most max_held observations wait; then the oldest go out early.
  DropWindows(WindowCounters& counters, std::uint64_t window_ns, std::size_t max_held = 16384);

  // Takes a drop, with the count of its own record, whose window opened at opened_ns.
  void add_drop(events::Observation drop, const drop_key& key, std::uint64_t opened_ns);

  // Takes anything else: it only keeps its place.
  void add(events::Observation other);

  // Moves out, in order, what waits for no open window any more.
  void release(std::uint64_t now_ns, std::vector<events::Observation>& out);

  // Counts that came after their window was read take their place as drops of their own, at the time `now`; keys that
  // stayed silent are forgotten.
  void sweep(std::uint64_t now_ns, Time now);

  // Everything, whatever the time: the programs are detached, no counter grows any more.
  void close(Time now, std::vector<events::Observation>& out);

  // What went out, over all counts.
  DropCount released() const { return released_; }

 private:
  struct Held {
    events::Observation observation;
    std::optional<drop_key> key;
    std::uint64_t closes_ns = 0;
  };
  struct KeyState {
    DropCount reported;
    std::uint64_t last_ns = 0;
    events::Observation last;
  };

  void release_front(std::vector<events::Observation>& out);
  DropCount take_new(const events::Observation& drop, const drop_key& key, std::uint64_t now_ns);
  void report_late(const drop_key& key, KeyState& state, Time now);

  WindowCounters& counters_;
  std::uint64_t window_ns_;
  std::size_t max_held_;
  std::deque<Held> held_;
  std::unordered_map<drop_key, KeyState, DropKeyHash, DropKeyEqual> keys_;  // no more than the kernel's map holds
  DropCount released_;
};

}  // namespace cnamedrop::capture
