// SPDX-License-Identifier: Apache-2.0
// Whose answers count for whom, which packet is judged by which address, and what is not DNS's to explain.
#include <gmock/gmock.h>

#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(JoinPods, AddressThatNobodyLearnedIsNotLearned) {
  Trace trace;
  const events::Cause cause = trace.drop("192.0.2.1");
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_EQ(dns::to_string(cause.address), "192.0.2.1");
  EXPECT_THAT(cause.credits, IsEmpty());
  EXPECT_THAT(cause.learned_by_pods, IsEmpty());
}

TEST(JoinPods, ContainersOfOnePodJoin) {
  Trace trace;
  trace.name(1, container("uid-1", "proxy"));
  trace.name(2, container("uid-1", "sidecar"));
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 1);
  EXPECT_EQ(trace.drop(address, 443, 2).kind, CauseKind::Learned);
}

TEST(JoinPods, ChaseMayBeSpreadOverContainers) {
  Trace trace;
  trace.name(1, container("uid-1", "proxy"));
  trace.name(2, container("uid-1", "sidecar"));
  trace.look_up(login, dns::type::CNAME, {cname(login, 60, www)}, dns::rcode::NOERROR, 2);
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 1);
  EXPECT_EQ(trace.drop(address, 443, 2).kind, CauseKind::CnameOnly);
}

TEST(JoinPods, AnotherPodsAnswerIsEvidenceOnly) {
  Trace trace;
  trace.name(1, container("uid-1", "proxy"));
  trace.name(2, container("uid-2", "proxy"));
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 2);
  const events::Cause cause = trace.drop(address, 443, 1);
  EXPECT_EQ(cause.kind, CauseKind::NotLearned);
  EXPECT_THAT(cause.learned_by_pods, ElementsAre("uid-2"));
}

TEST(JoinPods, UnknownCgroupsAreJoinedByTheirId) {
  Trace trace;
  trace.look_up(www, dns::type::A, {a(www, 30)}, dns::rcode::NOERROR, 7);
  EXPECT_EQ(trace.drop(address, 443, 7).kind, CauseKind::Learned);
  EXPECT_THAT(trace.drop(address, 443, 8).learned_by_pods, ElementsAre("cgroup 7"));
}

TEST(JoinPods, GonePodKeepsItsName) {
  Trace trace;
  const pods::Pod pod = container("uid-1", "proxy");
  trace.name(1, pod);
  trace.name(1, pod, true);
  EXPECT_EQ(*trace.see(syn_to(address)).observation.pod, pod);
}

TEST(JoinPods, TranslatedPacketIsJudgedByWhatThePodAddressed) {
  Trace trace;
  trace.ask_target(30);
  events::Dropped drop = syn_to("10.1.1.1", 8443);
  drop.original_remote = endpoint(address, 443);
  const events::Cause cause = *trace.see(drop).cause;
  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_EQ(dns::to_string(cause.address), address);
}

TEST(JoinPods, DroppedDnsMessageIsDnsDroppedWithItsQuestion) {
  Trace trace;
  trace.ask(login, dns::type::CNAME);
  events::Dropped drop = syn_to("10.96.0.10", 53);
  drop.protocol = events::protocol::UDP;
  drop.local = endpoint("10.0.0.2", 41746);
  const events::Cause cause = *trace.see(drop).cause;
  EXPECT_EQ(cause.kind, CauseKind::DnsDropped);
  EXPECT_EQ(cause.question, (dns::Question{login, dns::type::CNAME, dns::class_in}));
}

TEST(JoinPods, TranslatedDnsMessageIsDnsDroppedToo) {
  Trace trace;
  trace.ask(login, dns::type::CNAME);
  events::Dropped drop = syn_to("10.0.3.3", 5353);
  drop.protocol = events::protocol::UDP;
  drop.local = endpoint("10.0.0.2", 41746);
  drop.original_remote = endpoint("10.96.0.10", 53);
  EXPECT_EQ(trace.see(drop).cause->question->name, login);
}

TEST(JoinPods, AnsweredQuestionIsNotTheDroppedOne) {
  Trace trace;
  trace.look_up(login, dns::type::CNAME, {cname(login, 60, mso)});
  events::Dropped drop = syn_to("10.96.0.10", 53);
  drop.local = endpoint("10.0.0.2", 41746);
  const events::Cause cause = *trace.see(drop).cause;
  EXPECT_EQ(cause.kind, CauseKind::DnsDropped);
  EXPECT_FALSE(cause.question);
}

TEST(JoinPods, PortsOfResolversComeFromTheStart) {
  Trace trace;
  EXPECT_EQ(trace.drop("10.96.0.10", 5353).kind, CauseKind::NotLearned);
  trace.see(events::Started{"", "", "", {}, {5353}, {}, {}, 0});
  EXPECT_EQ(trace.drop("10.96.0.10", 5353).kind, CauseKind::DnsDropped);
  EXPECT_EQ(trace.drop("10.96.0.10", 53).kind, CauseKind::NotLearned);
}

TEST(JoinPods, PacketsAreCountedByCause) {
  Trace trace;
  events::Dropped drop = syn_to("192.0.2.1");
  drop.count = 3;
  trace.see(drop);
  trace.drop("192.0.2.2");
  EXPECT_EQ(trace.join.totals().at("packets_not_learned"), 4U);
}

// A question of cgroup 1, as a line of that trace tells it.
events::Observation asked_in(const std::shared_ptr<const events::TraceId>& trace, std::uint64_t cgroup,
                             std::shared_ptr<const pods::Pod> pod) {
  return {noon, question(www, dns::type::A, cgroup), trace, std::nullopt, std::move(pod)};
}
std::shared_ptr<const events::TraceId> trace_on(const std::string& node, const std::string& id) {
  return std::make_shared<const events::TraceId>(events::TraceId{node, id});
}

TEST(JoinPods, AFileThatWasRotatedTellsThePodItself) {
  Trace trace;
  trace.tell(asked_in(node_1, 1, pod_of_cgroup(1)));
  EXPECT_EQ(*trace.see(syn_to(address)).observation.pod, *pod_of_cgroup(1));
}

TEST(JoinPods, AnUnknownCgroupStaysUnknown) {
  Trace trace;
  trace.tell(asked_in(node_1, 1, nullptr));
  EXPECT_EQ(trace.see(syn_to(address)).observation.pod, nullptr);
}

TEST(JoinNodes, TheSameCgroupIdOfAnotherNodeIsAnotherPod) {
  Trace trace;
  trace.ask_target(30);

  events::Observation drop{noon + latency, syn_to(address), trace_on("node-2", "t1")};

  EXPECT_EQ(trace.join.annotate(std::move(drop)).cause->kind, CauseKind::NotLearned);
  EXPECT_EQ(trace.drop().kind, CauseKind::Learned);
}

TEST(JoinNodes, APodOfAnotherNodeIsNotSaidToHaveLearned) {
  Trace trace;
  trace.name(1, container("uid1", "c1"));
  trace.ask_target(30);
  events::Observation drop{noon + latency, syn_to(address), trace_on("node-2", "t1")};
  events::Observation near{noon + latency, syn_to(address, 443, 7), node_1};

  EXPECT_THAT(trace.join.annotate(std::move(drop)).cause->learned_by_pods, IsEmpty());
  EXPECT_THAT(trace.join.annotate(std::move(near)).cause->learned_by_pods, ElementsAre("uid1"));
}

TEST(JoinTraces, ALaterTraceOfTheNodeMeansItsOwnPodsByItsIds) {
  Trace trace;
  trace.name(1, container("uid1", "c1"));

  const events::Event event = trace.join.annotate(asked_in(trace_on("node-1", "t2"), 1, nullptr));

  EXPECT_EQ(event.observation.pod, nullptr);
}

TEST(JoinTraces, AStartEventEndsWhatTheIdsMeant) {
  Trace trace;
  trace.name(1, container("uid1", "c1"));
  trace.begin();
  EXPECT_EQ(trace.see(syn_to(address)).observation.pod, nullptr);
}

TEST(JoinTraces, WhatAnEarlierTraceLearnedIsUsableAndADoubt) {
  Trace trace;
  trace.name(1, container("uid1", "c1"));
  trace.chase(mso, ak, 30);
  trace.ask_target(3600);
  trace.at(59);
  EXPECT_THAT(trace.drop().doubts, IsEmpty());

  trace.at(60);
  trace.begin();
  trace.at(91);
  trace.name(1, container("uid1", "c1"));
  const events::Cause cause = trace.drop();

  EXPECT_EQ(cause.kind, CauseKind::Learned);
  EXPECT_THAT(cause.doubts, ElementsAre("earlier_trace"));
}

TEST(JoinTraces, LossesOfOneTraceAreNoDoubtsOfAnother) {
  Trace trace;
  trace.join.annotate({noon, events::Lost{"dns_ring_full", 1, noon}, trace_on("node-2", "t9")});
  trace.ask_target(30);
  EXPECT_THAT(trace.drop().doubts, Not(Contains("dns_ring_full")));
}

}  // namespace
}  // namespace cnamedrop::join
