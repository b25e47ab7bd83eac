// SPDX-License-Identifier: Apache-2.0
// Points in time and durations, the same everywhere in the program, and arithmetic with those that a recorded file may
// hold: whatever they are, it does not overflow.
#pragma once

#include <chrono>
#include <cstdint>

namespace cnamedrop {

using Duration = std::chrono::nanoseconds;

// UTC. Taken from the kernel's boot-time clock and turned to wall-clock by an offset that is fixed at the start of the
// trace: it never steps back.
using Time = std::chrono::sys_time<Duration>;

// The latest time there is when the sum is beyond it.
inline Time later(Time time, Duration wait) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(time.time_since_epoch().count(), wait.count(), &sum) ? Time::max()
                                                                                     : Time(Duration(sum));
}

// The same for a number of seconds, as a TTL has it; above 2^33 they are taken as 2^33.
inline Time later(Time time, std::uint64_t seconds) {
  constexpr std::uint64_t longest = std::uint64_t{1} << 33;  // two TTLs, in nanoseconds still below 2^63
  return later(time, std::chrono::seconds(seconds < longest ? seconds : longest));
}

// From one time to another; the longest duration there is when the difference is beyond it, 0 when it is negative.
inline Duration elapsed(Time from, Time to) {
  std::int64_t difference = 0;
  if (to <= from) return Duration::zero();
  const bool overflows =
      __builtin_sub_overflow(to.time_since_epoch().count(), from.time_since_epoch().count(), &difference);
  return overflows ? Duration::max() : Duration(difference);
}

}  // namespace cnamedrop
