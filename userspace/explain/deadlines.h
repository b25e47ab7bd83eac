// SPDX-License-Identifier: Apache-2.0
// What is waited for, and until when. Time comes from the caller, and only forward.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

#include "events/observation.h"

namespace cnamedrop::explain {

template <typename Key, typename Hash>
class Deadlines {
 public:
  // Of more than bound keys the oldest are no longer waited for.
  Deadlines(Duration wait, std::size_t bound) : wait_(wait), bound_(bound) {}

  // Begins to wait, or anew.
  void expect(const Key& key, Time time) {
    awaited_[key] = time;
    in_order_.emplace_back(key, time);
    if (in_order_.size() > bound_) forget_oldest();
  }

  void came(const Key& key) { awaited_.erase(key); }

  // Calls miss(key, since) for each key that did not come in time.
  template <typename Miss>
  void pass(Time now, Miss miss) {
    while (!in_order_.empty() && elapsed(in_order_.front().second, now) > wait_) {
      const auto [key, since] = std::move(in_order_.front());
      in_order_.pop_front();
      const auto found = awaited_.find(key);
      if (found == awaited_.end() || found->second != since) continue;
      awaited_.erase(found);
      miss(key, since);
    }
  }

 private:
  void forget_oldest() {
    const auto found = awaited_.find(in_order_.front().first);
    if (found != awaited_.end() && found->second == in_order_.front().second) awaited_.erase(found);
    in_order_.pop_front();
  }

  Duration wait_;
  std::size_t bound_;
  std::unordered_map<Key, Time, Hash> awaited_;
  std::deque<std::pair<Key, Time>> in_order_;
};

}  // namespace cnamedrop::explain
