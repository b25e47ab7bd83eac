// SPDX-License-Identifier: Apache-2.0
// Mixing of hashes, for keys of several parts.
#pragma once

#include <cstddef>

namespace cnamedrop {

// Order matters: mix(mix(0, a), b) and mix(mix(0, b), a) differ. The constant is 2^64 divided by the golden ratio.
constexpr std::size_t mix_hash(std::size_t hash, std::size_t part) {
  return (hash ^ (hash >> 29)) * 0x9e3779b97f4a7c15ULL + part;
}

}  // namespace cnamedrop
