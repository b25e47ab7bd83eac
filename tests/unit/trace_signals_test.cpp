// SPDX-License-Identifier: Apache-2.0
// A signal ends the trace whatever it is doing, and how much is still written then.
#include "trace_fixture.h"

namespace cnamedrop::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::Le;

std::vector<events::Observation> many(std::size_t count) {
  return std::vector<events::Observation>(count, dns_at(1001));
}

class SignalTest : public LoopTest, public testing::WithParamInterface<int> {};

TEST_P(SignalTest, EndsTheTraceInOrder) {
  source.held = {dns_at(1002)};
  source.on_read = [this] {
    if (!source.detached) send(GetParam());
  };

  const Outcome outcome = run();

  EXPECT_EQ(outcome.why, "signal");
  EXPECT_EQ(outcome.unwritten, 0U);
  EXPECT_THAT(types(), ElementsAre("start", "dns", "stop"));
}

INSTANTIATE_TEST_SUITE_P(Each, SignalTest, testing::Values(SIGINT, SIGTERM));

TEST_F(LoopTest, ASignalIsSeenBetweenTheObservationsOfALargeBatch) {
  options.max_observations_a_turn = 10;
  source.batches = {many(10'000)};
  sink.on_write = [this] {
    if (sink.events.size() == 5) send(SIGTERM);
  };
  std::size_t judged_before = 0;
  source.on_detach = [&] { judged_before = dns_events(); };

  run();

  EXPECT_THAT(judged_before, Le(10U));
  EXPECT_EQ(dns_events(), 10'000U) << "the rest is judged while there is time";
}

TEST_F(LoopTest, ASignalIsSeenBetweenObservationsThatAreSlowToJudge) {
  source.batches = {many(100)};
  sink.on_write = [this] {
    steady += std::chrono::milliseconds(10);
    if (sink.events.size() == 5) send(SIGTERM);
  };
  std::size_t judged_before = 0;
  source.on_detach = [&] { judged_before = dns_events(); };

  run();

  EXPECT_THAT(judged_before, Le(6U));
  EXPECT_EQ(dns_events(), 100U) << "the rest is judged while there is time";
}

TEST_F(LoopTest, WhatWasRecordedUpToTheEndIsRead) {
  source.batches = {many(1)};
  send(SIGTERM);
  source.on_detach = [this] { source.batches = {many(2), many(3)}; };

  run();

  EXPECT_EQ(dns_events(), 6U);
}

TEST_F(LoopTest, WhatWasRecordedWhileABatchWasJudgedIsRead) {
  options.max_observations_a_turn = 10;
  source.batches = {many(15)};
  send(SIGTERM);
  source.on_detach = [this] { source.batches = {many(2)}; };

  run();

  EXPECT_EQ(dns_events(), 17U);
}

TEST_F(LoopTest, ASecondSignalEndsAtOnceAndWhatWasNotJudgedIsCounted) {
  options.max_observations_a_turn = 10;
  source.batches = {many(100)};
  source.held = {loss_at(1002), dns_at(1003)};
  send(SIGTERM);
  source.on_detach = [] { send(SIGINT); };

  const Outcome outcome = run();

  EXPECT_EQ(dns_events(), 20U);
  EXPECT_EQ(outcome.unwritten, 81U);
  EXPECT_THAT(sink.events[sink.events.size() - 2].observation.what,
              testing::VariantWith<events::Lost>(events::Lost{"output", 81, at(1001)}));
  EXPECT_EQ(stop().why, "signal");
}

TEST_F(LoopTest, ASecondSignalEndsTheWaitForAReader) {
  sink.takes = false;
  send(SIGTERM);
  source.on_detach = [this] {
    sink.on_flush = [this, flushes = 0]() mutable {
      if (++flushes == 5) send(SIGTERM);
    };
  };

  EXPECT_EQ(run().unwritten, 2U);
}

TEST_F(LoopTest, AReaderThatStallsIsWaitedForUntilTheDeadline) {
  sink.takes = false;
  step = std::chrono::milliseconds(100);
  send(SIGTERM);

  const Outcome outcome = run();

  EXPECT_EQ(outcome.unwritten, 2U) << "start and stop";
  EXPECT_EQ(steady.time_since_epoch(), std::chrono::milliseconds(2100));
}

TEST_F(LoopTest, AReaderThatReadsAgainBeforeTheDeadlineGetsEverything) {
  sink.takes = false;
  step = std::chrono::milliseconds(100);
  send(SIGTERM);
  source.on_detach = [this] { sink.on_flush = [this, flushes = 0]() mutable { sink.takes = ++flushes == 5; }; };

  EXPECT_EQ(run().unwritten, 0U);
}

TEST_F(LoopTest, JudgingEndsAtTheDeadlineToo) {
  options.max_observations_a_turn = 10;
  step = std::chrono::milliseconds(500);
  source.batches = {many(1000)};
  send(SIGTERM);

  const Outcome outcome = run();

  EXPECT_EQ(outcome.unwritten, 1000 - dns_events());
  EXPECT_THAT(dns_events(), Le(60U));
}

TEST_F(LoopTest, OneBatchThatIsSlowToJudgeEndsAtTheDeadline) {
  sink.on_write = [this] { steady += std::chrono::milliseconds(10); };
  send(SIGTERM);
  std::chrono::steady_clock::time_point ended;
  source.on_detach = [&] {
    ended = steady;
    source.batches = {many(1000)};
  };

  const Outcome outcome = run();

  EXPECT_EQ(outcome.unwritten, 1000 - dns_events());
  EXPECT_THAT(steady - ended, Le(std::chrono::milliseconds(2020))) << "and what tells of the loss, and stop";
}

TEST_F(LoopTest, WhoOnlyWatchesIsNotWaitedFor) {
  CapturingSink display;
  display.takes = false;
  outputs.display = &display;
  send(SIGTERM);

  EXPECT_EQ(run().unwritten, 0U);
  EXPECT_EQ(steady.time_since_epoch().count(), 0);
}

TEST(SignalsTest, ASignalThatComesTooLateKillsNobody) {
  {
    const Signals signals;
    send(SIGTERM);
  }
  SUCCEED();
}

TEST(SignalsTest, TheMaskIsAsBeforeAfterwards) {
  sigset_t before;
  sigset_t after;
  sigprocmask(SIG_SETMASK, nullptr, &before);
  { const Signals signals; }
  sigprocmask(SIG_SETMASK, nullptr, &after);

  EXPECT_EQ(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}

}  // namespace
}  // namespace cnamedrop::trace
