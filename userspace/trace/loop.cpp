// SPDX-License-Identifier: Apache-2.0
// A turn reads, judges for a bounded time and writes what the outputs take; then the signals are looked at. While a
// batch is being judged the ring is the buffer for what comes next.
#include "trace/loop.h"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace cnamedrop::trace {
namespace {

constexpr std::chrono::milliseconds drain_interval{10};

bool counts(const events::Observation& observation) {
  return std::holds_alternative<events::DnsSeen>(observation.what) ||
         std::holds_alternative<events::Dropped>(observation.what);
}

}  // namespace

Loop::Loop(LoopOptions options, Source& source, join::Join join, Outputs outputs, const Signals& signals,
           SteadyClock clock, Say say)
    : options_(std::move(options)),
      trace_(std::make_shared<const events::TraceId>(options_.trace)),
      source_(source),
      join_(std::move(join)),
      outputs_(outputs),
      signals_(signals),
      clock_(std::move(clock)),
      say_(std::move(say)),
      ready_(options_.ready_file),
      losses_(source.now()),
      began_(source.now()) {}

Outcome Loop::run() {
  write({began_, options_.start});
  while (ended_by_.empty()) {
    turn();
    if (const std::optional<Error> error = ready_.announce()) say_(error->message);
    check_ends();
    if (ended_by_.empty()) wait(source_.poll_fd(), busy() ? std::chrono::milliseconds{0} : options_.poll_interval);
    look_at_signals();
  }
  finish();
  const bool read = outputs_.record != nullptr && !outputs_.record->reader_gone();
  return {ended_by_, read ? given_up_ + outputs_.record->unwritten() : 0};
}

void Loop::turn() {
  if (judged_ == batch_.size()) {
    batch_.clear();
    judged_ = 0;
    more_to_read_ = source_.read(batch_);
  }
  judge();
  report_losses();
  flush();
}

// Judging a drop takes longer the larger the policy is (about 2 ms with 20,000 selectors), so the time is limited too.
void Loop::judge() {
  if (judged_ == batch_.size()) return;
  const std::size_t end = std::min(batch_.size(), judged_ + options_.max_observations_a_turn);
  const auto until = std::min(clock_() + options_.max_judging_time, deadline_);
  do {
    write(std::move(batch_[judged_++]));
  } while (judged_ < end && clock_() < until);
}

void Loop::write(events::Observation observation) {
  const bool counted = counts(observation);
  if (counted && options_.max_events != 0 && counted_events_ >= options_.max_events) {
    ++events_over_limit_;
    return;
  }
  last_time_ = observation.time;
  observation.trace = trace_;
  observation.seq = next_seq_++;  // before it is written: a number that is missing is a line that was lost
  const events::Event event = join_.annotate(std::move(observation));
  for (events::Sink* const sink : {outputs_.record, outputs_.display})
    if (sink != nullptr) sink->write(event);
  if (counted) ++counted_events_;
}

void Loop::report_losses() {
  std::vector<events::Observation> lost;
  // Not now: the source may still hold what happened before, and times never step back.
  losses_.report("join_evicted", join_.evicted(), last_time_, lost);
  losses_.report("output", given_up_, last_time_, lost);
  for (events::Observation& observation : lost) write(std::move(observation));
}

void Loop::report_problem() {
  if (outputs_.record == nullptr) return;
  const std::string problem = outputs_.record->problem();
  if (problem == said_problem_) return;
  said_problem_ = problem;
  say_(problem.empty() ? "output: writing again" : problem);
}

void Loop::flush() {
  for (events::Sink* const sink : {outputs_.record, outputs_.display})
    if (sink != nullptr) sink->flush();
  report_problem();
}

void Loop::wait(int source_fd, std::chrono::milliseconds limit) const {
  pollfd polled[] = {{source_fd, POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
  ::poll(polled, std::size(polled), static_cast<int>(limit.count()));
}

void Loop::look_at_signals() {
  while (const std::optional<int> signal = signals_.next()) {
    if (*signal != SIGHUP) {
      ++stop_signals_;
      if (ended_by_.empty()) ended_by_ = "signal";
    } else if (outputs_.record != nullptr) {
      if (const std::optional<Error> error = outputs_.record->reopen()) say_(error->message);
    }
  }
}

void Loop::check_ends() {
  if (!ended_by_.empty()) return;
  if (options_.max_events != 0 && counted_events_ >= options_.max_events)
    ended_by_ = "max_events";
  else if (options_.duration.count() != 0 && source_.now() - began_ >= options_.duration)
    ended_by_ = "duration";
  else if (!source_.target_exists())
    ended_by_ = "target_gone";
  else if (outputs_.record != nullptr && outputs_.record->reader_gone())
    ended_by_ = "output_closed";
}

void Loop::finish() {
  deadline_ = clock_() + options_.drain_limit;
  source_.detach();
  more_to_read_ = true;  // what was recorded since the last turn
  do {
    turn();
    look_at_signals();
  } while (busy() && !out_of_time());
  source_.finish(batch_);
  while (judged_ < batch_.size() && !out_of_time()) {
    judge();
    flush();
    look_at_signals();
  }
  give_up_rest();
  report_losses();
  write_stop();
  flush();
  while (wants_drain() && !out_of_time()) {
    wait(-1, drain_interval);
    look_at_signals();
    flush();
  }
}

// Only what tells of losses is still written: that is little, and says what is missing.
void Loop::give_up_rest() {
  for (; judged_ < batch_.size(); ++judged_) {
    if (std::holds_alternative<events::Lost>(batch_[judged_].what))
      write(std::move(batch_[judged_]));
    else
      ++given_up_;
  }
}

void Loop::write_stop() {
  events::Stopped stopped{ended_by_, source_.totals()};
  stopped.totals.merge(join_.totals());
  stopped.totals["events_over_limit"] = events_over_limit_;
  stopped.totals["output_events_dropped"] = outputs_.record != nullptr ? outputs_.record->dropped() : 0;
  write({source_.now(), std::move(stopped)});
}

bool Loop::wants_drain() const {
  return outputs_.record != nullptr && outputs_.record->unwritten() != 0 && !outputs_.record->reader_gone();
}

}  // namespace cnamedrop::trace
