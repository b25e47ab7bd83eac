// SPDX-License-Identifier: Apache-2.0
// A hash map that never holds more than its bound: the entry used longest ago goes, and is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

namespace cnamedrop {

template <typename Key, typename Value, typename Hash = std::hash<Key>>
class BoundedMap {
 public:
  explicit BoundedMap(std::size_t bound) : bound_(bound) {}

  // Null if the key is not there. Does not count as a use.
  const Value* find(const Key& key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &found->second->second;
  }
  Value* find(const Key& key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

  // The value of the key, made of the arguments if it is new. Counts as a use; may evict another entry.
  template <typename... Arguments>
  Value& use(const Key& key, const Arguments&... arguments) {
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    if (entries_.size() >= bound_) evict();
    entries_.emplace_front(key, Value(arguments...));
    index_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

  // Does nothing if the key is not there. Not counted as an eviction.
  void erase(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  // The entry that the use of a new key would evict; null while there is room.
  const Value* next_to_go() const { return entries_.size() < bound_ ? nullptr : &entries_.back().second; }

  // The entry used longest ago. Not for an empty map.
  const std::pair<Key, Value>& least_recent() const { return entries_.back(); }

  std::size_t size() const { return entries_.size(); }
  std::uint64_t evicted() const { return evicted_; }

  // Entries from the one used last to the one used longest ago.
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  void evict() {
    index_.erase(entries_.back().first);
    entries_.pop_back();
    ++evicted_;
  }

  std::size_t bound_;
  std::uint64_t evicted_ = 0;
  std::list<std::pair<Key, Value>> entries_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator, Hash> index_;
};

}  // namespace cnamedrop
