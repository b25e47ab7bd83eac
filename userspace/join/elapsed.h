// Arithmetic with times that a recorded file may hold: whatever they are, it does not overflow.
#pragma once

#include <cstdint>
#include <limits>

#include "events/observation.h"

namespace cnamedrop::join {

inline constexpr Time second_ns = 1'000'000'000;

// The latest time there is when the sum is beyond it. Seconds above 2^33 are taken as 2^33.
inline Time later(Time time, std::uint64_t seconds) {
  constexpr std::uint64_t longest = 1ULL << 33;  // two TTLs, in nanoseconds still below 2^63
  const auto wait = static_cast<Time>(seconds < longest ? seconds : longest) * second_ns;
  Time sum = 0;
  return __builtin_add_overflow(time, wait, &sum) ? std::numeric_limits<Time>::max() : sum;
}

// From one time to another; the longest time there is when the difference is beyond it, 0 when it is negative.
inline Time elapsed(Time from, Time to) {
  Time difference = 0;
  if (to <= from) return 0;
  return __builtin_sub_overflow(to, from, &difference) ? std::numeric_limits<Time>::max() : difference;
}

}  // namespace cnamedrop::join
