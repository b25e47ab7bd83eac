// SPDX-License-Identifier: Apache-2.0
// A loop on a source, a sink and a clock that a test turns; the signals are real ones, sent to this process.
#pragma once

#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "temp_tree.h"
#include "trace/loop.h"

namespace cnamedrop::trace {

inline Time at(std::int64_t nanoseconds) { return Time(Duration(nanoseconds)); }
inline events::Observation dns_at(std::int64_t nanoseconds) { return {at(nanoseconds), events::DnsSeen{}}; }
inline events::Observation loss_at(std::int64_t nanoseconds) {
  return {at(nanoseconds), events::Lost{"dns_ring_full", 1, {}}};
}
inline events::Observation pod_at(std::int64_t nanoseconds, std::uint64_t cgroup) {
  static const auto pod = std::make_shared<const pods::Pod>();
  return {at(nanoseconds), events::PodSeen{cgroup, false}, {}, {}, pod};
}
inline void send(int signal) { ::kill(::getpid(), signal); }

class FakeSource : public Source {
 public:
  // Always readable: the loop never waits for it.
  int poll_fd() const override { return always_readable_.get(); }

  bool read(std::vector<events::Observation>& out) override {
    if (on_read) on_read();
    if (batches.empty()) return false;
    out.insert(out.end(), batches.front().begin(), batches.front().end());
    batches.pop_front();
    return !batches.empty();
  }
  void detach() override {
    detached = true;
    if (on_detach) on_detach();
  }
  void finish(std::vector<events::Observation>& out) override { out.insert(out.end(), held.begin(), held.end()); }
  Time now() const override { return time; }
  std::map<std::string, std::uint64_t> totals() const override { return {{"dns_recorded", 7}}; }
  bool target_exists() const override { return !target_gone; }

  std::deque<std::vector<events::Observation>> batches;  // that the calls of read() give, one after the other
  std::vector<events::Observation> held;                 // until finish()
  std::function<void()> on_read;
  std::function<void()> on_detach;
  Time time = at(1000);
  bool target_gone = false;
  bool detached = false;

 private:
  FileDescriptor always_readable_{::eventfd(1, EFD_CLOEXEC)};
};

class CapturingSink : public events::Sink {
 public:
  void write(const events::Event& event) override {
    if (on_write) on_write();
    events.push_back(event);
  }
  void flush() override {
    ++flushes;
    if (on_flush) on_flush();
    if (takes) flushed = events.size();
  }
  std::optional<Error> reopen() override {
    ++reopened;
    return reopen_error;
  }
  std::uint64_t unwritten() const override { return events.size() - flushed; }
  std::uint64_t dropped() const override { return 3; }
  std::string problem() const override { return trouble; }
  bool reader_gone() const override { return gone; }

  std::vector<events::Event> events;
  std::size_t flushed = 0;  // of the events
  int flushes = 0;
  int reopened = 0;
  std::optional<Error> reopen_error;
  std::string trouble;
  bool takes = true;
  bool gone = false;
  std::function<void()> on_write;
  std::function<void()> on_flush;
};

class LoopTest : public TempTree {
 protected:
  Outcome run() {
    Loop loop(
        options, source, join::Join(settings), outputs, signals, [this] { return tick(); },
        [this](const std::string& problem) { said.push_back(problem); });
    return loop.run();
  }

  // The clock goes on by itself each time it is looked at.
  std::chrono::steady_clock::time_point tick() { return steady += step; }

  std::vector<std::string> types() const {
    static const char* const names[] = {"start", "pod", "dns", "drop", "lost", "stop"};
    std::vector<std::string> all;
    for (const events::Event& event : sink.events) all.emplace_back(names[event.observation.what.index()]);
    return all;
  }
  std::size_t dns_events() const {
    const std::vector<std::string> all = types();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), "dns"));
  }
  const events::Stopped& stop() const { return std::get<events::Stopped>(sink.events.back().observation.what); }

  LoopOptions options;
  join::Settings settings;
  FakeSource source;
  CapturingSink sink;
  Outputs outputs{&sink, nullptr};
  const Signals signals;
  std::chrono::steady_clock::time_point steady;
  std::chrono::milliseconds step{0};
  std::vector<std::string> said;
};

}  // namespace cnamedrop::trace
