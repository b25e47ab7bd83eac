// SPDX-License-Identifier: Apache-2.0
// The queue of held observations, and the counters that were read so far.
#include "capture/drop_windows.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cnamedrop::capture {
namespace {

constexpr std::uint64_t idle_ns = 1'000'000'000;  // a key that was silent so long is forgotten

DropCount count_of(const events::Dropped& drop) { return {drop.count, drop.skbs}; }

void set_count(events::Dropped& drop, const DropCount& count) {
  drop.count = count.packets;
  drop.skbs = count.skbs;
}

}  // namespace

std::size_t DropKeyHash::operator()(const drop_key& key) const noexcept {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(&key), sizeof(key)});
}

DropWindows::DropWindows(WindowCounters& counters, std::uint64_t window_ns, std::size_t max_held)
    : counters_(counters), window_ns_(window_ns), max_held_(max_held) {}

void DropWindows::add_drop(events::Observation drop, const drop_key& key, std::uint64_t opened_ns) {
  held_.push_back({std::move(drop), key, opened_ns + window_ns_});
}

void DropWindows::add(events::Observation other) { held_.push_back({std::move(other), std::nullopt, 0}); }

DropCount DropWindows::take_new(const events::Observation& drop, const drop_key& key, std::uint64_t now_ns) {
  const std::optional<DropCount> total = counters_.coalesced(key);
  if (!total) return {};  // the kernel's map is full: every drop of this key has a record of its own
  KeyState& state = keys_[key];
  state.last = drop;
  state.last_ns = now_ns;
  return *total - std::exchange(state.reported, *total);
}

void DropWindows::release_front(std::vector<events::Observation>& out) {
  Held held = std::move(held_.front());
  held_.pop_front();
  if (held.key) {
    auto& drop = std::get<events::Dropped>(held.observation.what);
    set_count(drop, count_of(drop) + take_new(held.observation, *held.key, held.closes_ns));
    released_ = released_ + count_of(drop);
  }
  out.push_back(std::move(held.observation));
}

void DropWindows::release(std::uint64_t now_ns, std::vector<events::Observation>& out) {
  while (!held_.empty() && (held_.front().closes_ns <= now_ns || held_.size() > max_held_)) release_front(out);
}

void DropWindows::report_late(const drop_key& key, KeyState& state, Time now) {
  const DropCount total = counters_.coalesced(key).value_or(state.reported);
  const DropCount late = total - std::exchange(state.reported, total);
  if (late == DropCount{}) return;
  set_count(std::get<events::Dropped>(state.last.what), late);
  released_ = released_ + late;
  state.last.time = std::max(state.last.time, now);
  add(state.last);
}

void DropWindows::sweep(std::uint64_t now_ns, Time now) {
  for (auto key = keys_.begin(); key != keys_.end();) {
    if (key->second.last_ns + idle_ns > now_ns) {
      ++key;
      continue;
    }
    report_late(key->first, key->second, now);
    counters_.forget(key->first);
    key = keys_.erase(key);
  }
}

void DropWindows::close(Time now, std::vector<events::Observation>& out) {
  while (!held_.empty()) release_front(out);
  for (auto& [key, state] : keys_) report_late(key, state, now);
  keys_.clear();
  while (!held_.empty()) release_front(out);
}

}  // namespace cnamedrop::capture
