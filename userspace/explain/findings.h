// SPDX-License-Identifier: Apache-2.0
// Groups drops by pod, cause and the names behind it. Bounded: what is live is kept, however long the file is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/event.h"
#include "explain/report.h"
#include "types/bounded_map.h"

namespace cnamedrop::explain {

class Findings {
 public:
  Findings() : findings_(max_findings), connections_(max_connections) {}

  // event: a drop with its cause. gone_if_a_first: it would have passed had the client asked for addresses first.
  void add(const std::string& pod, const events::Event& event, bool gone_if_a_first);

  // All findings, those of most packets first, without client and cures.
  std::vector<Finding> take();

  std::uint64_t omitted() const { return findings_.evicted(); }

 private:
  static constexpr std::size_t max_findings = 1024;
  static constexpr std::size_t max_connections = 65536;

  struct ConnectionKey {
    std::string finding;
    dns::Endpoint local;

    bool operator==(const ConnectionKey&) const = default;
  };
  struct ConnectionKeyHash {
    std::size_t operator()(const ConnectionKey& key) const noexcept;
  };
  bool is_new_connection(const std::string& finding, const events::Dropped& drop, Time time);

  BoundedMap<std::string, Finding> findings_;
  BoundedMap<ConnectionKey, Time, ConnectionKeyHash> connections_;  // when their last SYN was dropped
};

}  // namespace cnamedrop::explain
