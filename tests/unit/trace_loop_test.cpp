// SPDX-License-Identifier: Apache-2.0
// What ends a trace, and what is in its record.
#include "trace_fixture.h"

namespace cnamedrop::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Pair;

TEST_F(LoopTest, TheRecordBeginsWithStartAndEndsWithStop) {
  options.start.target = "--pid 1";
  source.batches = {{dns_at(1001)}};
  source.held = {dns_at(1002)};
  source.on_read = [this] { source.target_gone = source.batches.size() == 1; };

  const Outcome outcome = run();

  EXPECT_THAT(types(), ElementsAre("start", "dns", "dns", "stop"));
  EXPECT_EQ(std::get<events::Started>(sink.events.front().observation.what).target, "--pid 1");
  EXPECT_EQ(sink.unwritten(), 0U);
  EXPECT_EQ(outcome.unwritten, 0U);
}

TEST_F(LoopTest, StopHasTheTotalsOfTheSourceTheJoinAndTheOutput) {
  source.target_gone = true;
  run();

  EXPECT_THAT(stop().totals, IsSupersetOf({Pair("dns_recorded", 7U), Pair("join_evicted", 0U),
                                           Pair("events_over_limit", 0U), Pair("output_events_dropped", 3U)}));
}

TEST_F(LoopTest, EveryEventSaysItsTraceAndItsNumber) {
  options.trace = {"node-1", "t1"};
  source.batches = {{dns_at(1001), loss_at(1002)}};
  source.target_gone = true;
  run();

  for (std::size_t i = 0; i < sink.events.size(); ++i) {
    EXPECT_EQ(sink.events[i].observation.seq, i);
    EXPECT_EQ(*sink.events[i].observation.trace, options.trace);
  }
}

TEST_F(LoopTest, WhoWatchesSeesTheSameEvents) {
  CapturingSink display;
  outputs.display = &display;
  source.batches = {{dns_at(1001)}};
  source.target_gone = true;
  run();

  EXPECT_EQ(display.events, sink.events);
}

TEST_F(LoopTest, ATraceWithoutOutputsEndsToo) {
  outputs = {};
  source.target_gone = true;

  EXPECT_EQ(run().why, "target_gone");
}

TEST_F(LoopTest, EndsAfterSoManyEvents) {
  options.max_events = 2;
  source.batches = {{dns_at(1001), loss_at(1002), dns_at(1003), dns_at(1004)}};
  source.held = {dns_at(1005), loss_at(1006)};

  EXPECT_EQ(run().why, "max_events");
  EXPECT_THAT(types(), ElementsAre("start", "dns", "lost", "dns", "lost", "stop"));
  EXPECT_EQ(stop().totals.at("events_over_limit"), 2U);
}

TEST_F(LoopTest, EndsAfterADurationOnTheClockOfTheObservations) {
  options.duration = std::chrono::microseconds(5);
  int reads = 0;
  source.on_read = [&] {
    source.time += std::chrono::microseconds(1);
    if (!source.detached) ++reads;
  };

  EXPECT_EQ(run().why, "duration");
  EXPECT_EQ(stop().why, "duration");
  EXPECT_EQ(reads, 5);
}

TEST_F(LoopTest, EndsWhenTheTargetIsGone) {
  source.batches = {{dns_at(1001)}, {dns_at(1002)}};
  source.target_gone = true;

  EXPECT_EQ(run().why, "target_gone");
  EXPECT_EQ(dns_events(), 2U) << "what was recorded before";
}

TEST_F(LoopTest, EndsWhenTheReaderIsGoneAndMissesNothing) {
  sink.takes = false;
  sink.gone = true;

  const Outcome outcome = run();

  EXPECT_EQ(outcome.why, "output_closed");
  EXPECT_EQ(outcome.unwritten, 0U);
}

TEST_F(LoopTest, WhatFullTablesForgetBecomesALostEvent) {
  settings.max_cgroups = 1;
  source.batches = {{pod_at(1001, 1), pod_at(1002, 2)}};
  source.target_gone = true;
  run();

  EXPECT_THAT(types(), ElementsAre("start", "pod", "pod", "lost", "stop"));
  EXPECT_EQ(std::get<events::Lost>(sink.events[3].observation.what), (events::Lost{"join_evicted", 1, at(1000)}));
}

TEST_F(LoopTest, SaysOnceThatTheOutputFailsAndThatItIsOver) {
  int reads = 0;
  source.on_read = [&] {
    ++reads;
    sink.trouble = reads < 4 ? "the disk is full" : "";
    source.target_gone = reads == 6;
  };
  run();

  EXPECT_THAT(said, ElementsAre("the disk is full", "output: writing again"));
}

TEST_F(LoopTest, SighupReopensTheRecordAndEndsNothing) {
  source.on_read = [this, reads = 0]() mutable {
    if (++reads == 1) send(SIGHUP);
    source.target_gone = reads == 3;
  };

  EXPECT_EQ(run().why, "target_gone");
  EXPECT_EQ(sink.reopened, 1);
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(LoopTest, SaysWhyTheRecordCannotBeReopened) {
  sink.reopen_error = Error{"is a directory"};
  source.target_gone = true;
  send(SIGHUP);
  run();

  EXPECT_THAT(said, ElementsAre("is a directory"));
}

}  // namespace
}  // namespace cnamedrop::trace
