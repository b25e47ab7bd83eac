// SPDX-License-Identifier: Apache-2.0
// One trace from its first line to its last: reads the source, joins, writes to the sinks, and ends when it is told to.
// One thread, and no call that waits for anything but the source and the signals. Knows nothing of the kernel.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/loss_ledger.h"
#include "events/sink.h"
#include "join/join.h"
#include "trace/ready_file.h"
#include "trace/signals.h"
#include "trace/source.h"

namespace cnamedrop::trace {

struct LoopOptions {
  events::Started start;                           // the first event
  events::TraceId trace;                           // that every event is of
  std::string ready_file;                          // "" for none; written once the source was read
  Duration duration{};                             // 0: until a signal
  std::uint64_t max_events = 0;                    // dns and drop events; 0: no limit
  std::size_t max_observations_a_turn = 1024;      // that are judged before the signals are looked at again
  std::chrono::milliseconds max_judging_time{20};  // in a turn; the observation that exceeds it is judged to its end
  std::chrono::milliseconds poll_interval{100};
  std::chrono::milliseconds drain_limit{2000};  // from the end of the trace on, for all that is still to be written
};

// Neither is owned, both may be null.
struct Outputs {
  events::Sink* record = nullptr;   // the trace does not end well unless everything is written here
  events::Sink* display = nullptr;  // for somebody who watches: may miss what comes too fast
};

struct Outcome {
  std::string why;              // the trace ended, as in the stop event
  std::uint64_t unwritten = 0;  // events that the record lacks because of how the trace ended
};

class Loop {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;
  using Say = std::function<void(const std::string& problem)>;

  // say tells the user, while the trace runs, what is wrong with an output.
  Loop(LoopOptions options, Source& source, join::Join join, Outputs outputs, const Signals& signals, SteadyClock clock,
       Say say);

  // Returns when the trace has ended: by SIGINT or SIGTERM, by a limit, because the target or the reader of the record
  // went away. A second SIGINT or SIGTERM ends it at once.
  Outcome run();

 private:
  void turn();
  void judge();
  void write(events::Observation observation);
  void report_losses();
  void report_problem();
  void flush();
  void wait(int source_fd, std::chrono::milliseconds limit) const;
  void look_at_signals();
  void check_ends();
  void finish();
  void give_up_rest();
  void write_stop();
  bool busy() const { return more_to_read_ || judged_ < batch_.size(); }
  bool out_of_time() const { return stop_signals_ > 1 || clock_() >= deadline_; }
  bool wants_drain() const;

  LoopOptions options_;
  std::shared_ptr<const events::TraceId> trace_;
  std::uint64_t next_seq_ = 0;
  Source& source_;
  join::Join join_;
  Outputs outputs_;
  const Signals& signals_;
  SteadyClock clock_;
  Say say_;
  ReadyFile ready_;
  events::LossLedger losses_;
  Time began_;
  Time last_time_;                          // of what was written last
  std::vector<events::Observation> batch_;  // what was read last
  std::size_t judged_ = 0;                  // of the batch
  bool more_to_read_ = false;
  std::uint64_t counted_events_ = 0;
  std::uint64_t events_over_limit_ = 0;
  std::uint64_t given_up_ = 0;  // observations that nobody had the time to judge
  unsigned stop_signals_ = 0;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  std::string ended_by_;  // "" while the trace goes on
  std::string said_problem_;
};

}  // namespace cnamedrop::trace
