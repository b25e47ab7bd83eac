// SPDX-License-Identifier: Apache-2.0
// The first SYN retries follow after 1 s and 3 s (tcp(7)): nothing is held for longer.
#include "explain/races.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "join/doubts.h"
#include "join/pod_key.h"

namespace cnamedrop::explain {
namespace {

constexpr Duration patience = std::chrono::seconds(5);

const events::Dropped& drop_of(const events::Event& event) { return std::get<events::Dropped>(event.observation.what); }

bool is_retry(const events::Event& later, const events::Event& earlier) {
  const events::Dropped& retry = drop_of(later);
  const events::Dropped& first = drop_of(earlier);
  return join::pod_key(later.observation) == join::pod_key(earlier.observation) && retry.protocol == first.protocol &&
         retry.local == first.local && retry.remote == first.remote;
}

// No retry was dropped in all that time.
void end_wait(events::Event& event) {
  std::vector<std::string>& doubts = event.cause->doubts;
  doubts.erase(std::remove(doubts.begin(), doubts.end(), join::doubt::retry_awaited), doubts.end());
}

}  // namespace

std::vector<events::Event> Races::settle(events::Event drop) {
  std::vector<events::Event> settled;
  const bool over = held_.size() >= max_held;
  while (!held_.empty() && (over || elapsed(held_.front().observation.time, drop.observation.time) > patience)) {
    if (!over) end_wait(held_.front());
    settled.push_back(std::move(held_.front()));
    held_.pop_front();
  }
  if (drop.cause->kind == events::CauseKind::TooFresh) {
    held_.push_back(std::move(drop));
    return settled;
  }
  const bool is_judged = drop.cause->kind > events::CauseKind::Inbound;
  for (auto held = held_.begin(); held != held_.end();) {
    if (!is_judged || !is_retry(drop, *held)) {
      ++held;
      continue;
    }
    held->cause = drop.cause;
    settled.push_back(std::move(*held));
    held = held_.erase(held);
  }
  settled.push_back(std::move(drop));
  return settled;
}

std::vector<events::Event> Races::take(Time end) {
  std::vector<events::Event> rest(std::make_move_iterator(held_.begin()), std::make_move_iterator(held_.end()));
  for (events::Event& event : rest)
    if (elapsed(event.observation.time, end) > patience) end_wait(event);
  held_.clear();
  return rest;
}

}  // namespace cnamedrop::explain
