// SPDX-License-Identifier: Apache-2.0
// Could a policy have dropped the packet at all?
#include <gmock/gmock.h>

#include <fstream>

#include "join/drop_class.h"
#include "join/reason_table.h"
#include "join_trace.h"

namespace cnamedrop::join {
namespace {

using events::CauseKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> reasons_of(const std::string& kernel) {
  std::ifstream file(TEST_DATA_DIR "/reasons/" + kernel + ".txt");
  std::vector<std::string> reasons;
  for (std::string line; std::getline(file, line);) reasons.push_back(line);
  return reasons;
}

events::Dropped dropped(const std::string& reason, const std::string& symbol = "nft_do_chain+0x1") {
  events::Dropped drop = syn_to(address);
  drop.reason = "SKB_DROP_REASON_" + reason;
  drop.symbol = symbol;
  return drop;
}

events::Dropped ack(events::Dropped drop) {
  drop.tcp_flags = 16;
  return drop;
}

events::Dropped answer_from_resolver(const std::string& reason) {
  events::Dropped drop = dropped(reason);
  drop.direction = events::Direction::Ingress;
  drop.protocol = events::protocol::UDP;
  drop.tcp_flags = 0;
  drop.local = question(www, dns::type::A).local;
  drop.remote = question(www, dns::type::A).resolver;
  return drop;
}

// As the BTF of Debian's 6.1 and of 6.18 have them.
TEST(DropClass, EveryReasonOfOldAndNewKernelsIsInTheTable) {
  for (const char* kernel : {"6.1", "6.18"}) {
    const std::vector<std::string> reasons = reasons_of(kernel);
    EXPECT_GT(reasons.size(), 60U);
    for (const std::string& reason : reasons) {
      if (reason == "SKB_NOT_DROPPED_YET" || reason == "SKB_CONSUMED") continue;
      EXPECT_TRUE(is_classified(reason)) << reason << " of " << kernel;
    }
  }
}

TEST(DropClass, ARowIsASentence) {
  for (const ReasonRow& row : reason_table) {
    EXPECT_THAT(row.names, Not(IsEmpty()));
    EXPECT_TRUE(row.sentence.ends_with(".")) << row.names;
  }
}

TEST(DropClass, AReasonThatNobodyKnowsIsTheHostsAndNotClassified) {
  const ReasonMeaning meaning = meaning_of(dropped("OF_THE_FUTURE"));
  EXPECT_EQ(meaning.drop_class, DropClass::Host);
  EXPECT_THAT(std::string(meaning.sentence), HasSubstr("not classified"));
  EXPECT_FALSE(is_classified("SKB_DROP_REASON_OF_THE_FUTURE"));
}

TEST(DropClass, RulesOfOpenVSwitchAreAPolicy) {
  events::Dropped drop = dropped("");
  drop.reason = "OVS_DROP_LAST_ACTION";
  drop.subsystem = "OPENVSWITCH";
  EXPECT_EQ(meaning_of(drop).drop_class, DropClass::Policy);
}

TEST(DropClass, WithoutAReasonThePlaceDecides) {
  events::Dropped old_kernel = dropped("");
  old_kernel.reason.clear();
  EXPECT_EQ(meaning_of(old_kernel).drop_class, DropClass::Policy);
  EXPECT_EQ(meaning_of(dropped("NOT_SPECIFIED", "netkit_xmit+0x20")).drop_class, DropClass::Policy);
  EXPECT_EQ(meaning_of(dropped("NOT_SPECIFIED", "tcp_v4_rcv+0x31a")).drop_class, DropClass::Closing);
  EXPECT_EQ(meaning_of(dropped("NOT_SPECIFIED", "udp_destruct_common.part.0+0x1")).drop_class, DropClass::Closing);
}

TEST(DropClass, NobodyListensOnlyForASyn) {
  EXPECT_EQ(meaning_of(dropped("NO_SOCKET")).drop_class, DropClass::Host);
  EXPECT_EQ(meaning_of(ack(dropped("NO_SOCKET"))).drop_class, DropClass::Closing);
}

// The names that were learned are not looked at, whichever they are.
TEST(JoinClass, WhatNoPolicyProducesIsTheHosts) {
  for (const char* reason : {"NEIGH_FAILED", "PKT_TOO_BIG", "SOCKET_RCVBUFF", "QDISC_DROP", "IPV6DISABLED"}) {
    Trace trace;
    trace.chase_as_kong(60, 30);
    const events::Cause cause = *trace.see(dropped(reason)).cause;
    EXPECT_EQ(cause.kind, CauseKind::Host) << reason;
    EXPECT_THAT(cause.note, Not(IsEmpty()));
    EXPECT_THAT(cause.chases, IsEmpty());
    EXPECT_THAT(cause.doubts, IsEmpty());
  }
}

TEST(JoinClass, TheEndOfAConversationIsClosing) {
  for (const char* reason : {"TCP_OLD_DATA", "TCP_ABORT_ON_DATA", "QUEUE_PURGE", "TCP_CLOSE"}) {
    Trace trace;
    trace.chase_as_kong(60, 30);
    EXPECT_EQ(trace.see(ack(dropped(reason))).cause->kind, CauseKind::Closing) << reason;
  }
}

TEST(JoinClass, WhatAFilterProducesIsJudgedByNames) {
  for (const char* reason : {"NETFILTER_DROP", "TC_INGRESS", "TC_EGRESS", "XDP", "BPF_CGROUP_EGRESS"}) {
    Trace trace;
    trace.chase_as_kong(60, 30);
    EXPECT_EQ(trace.see(dropped(reason)).cause->kind, CauseKind::CnameOnly) << reason;
  }
}

TEST(JoinClass, AnAnswerThatIsStillWaitedForIsDnsDropped) {
  Trace trace;
  trace.ask(www, dns::type::A);
  const events::Cause cause = *trace.see(answer_from_resolver("NETFILTER_DROP")).cause;
  EXPECT_EQ(cause.kind, CauseKind::DnsDropped);
  EXPECT_EQ(cause.question->name, www);
}

TEST(JoinClass, AnAnswerToAnAnsweredQuestionIsClosing) {
  Trace trace;
  trace.ask_target(30);
  EXPECT_EQ(trace.see(answer_from_resolver("NETFILTER_DROP")).cause->kind, CauseKind::Closing);
}

TEST(JoinClass, AnAnswerToAQuestionThatWasGivenUpIsClosing) {
  Trace trace;
  trace.ask(www, dns::type::A);
  trace.at(61);
  EXPECT_EQ(trace.see(answer_from_resolver("NETFILTER_DROP")).cause->kind, CauseKind::Closing);
}

TEST(JoinClass, AResolverThatIsDeadIsNoPolicysDoing) {
  Trace trace;
  trace.ask(www, dns::type::A);
  events::Dropped drop = answer_from_resolver("NO_SOCKET");
  drop.direction = events::Direction::Egress;
  EXPECT_EQ(trace.see(drop).cause->kind, CauseKind::Closing);
}

TEST(JoinDirection, PacketsTowardsThePodAreInbound) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  events::Dropped reply = ack(dropped("NETFILTER_DROP"));
  reply.direction = events::Direction::Ingress;
  EXPECT_EQ(trace.see(reply).cause->kind, CauseKind::Inbound);
}

TEST(JoinDirection, RepliesOfAServerAreInbound) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  events::Dropped reply = ack(dropped("NETFILTER_DROP"));
  reply.opened_by = events::OpenedBy::Remote;
  EXPECT_EQ(trace.see(reply).cause->kind, CauseKind::Inbound);
  events::Dropped syn_ack = dropped("NETFILTER_DROP");
  syn_ack.tcp_flags = 18;
  EXPECT_EQ(trace.see(syn_ack).cause->kind, CauseKind::Inbound);
}

TEST(JoinDirection, WhatThePodOpenedIsJudgedByNames) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  events::Dropped data = ack(dropped("NETFILTER_DROP"));
  data.opened_by = events::OpenedBy::Pod;
  EXPECT_EQ(trace.see(data).cause->kind, CauseKind::CnameOnly);
}

TEST(JoinDirection, WhoOpenedItMayBeADoubt) {
  Trace trace;
  trace.chase_as_kong(60, 30);
  const events::Cause cause = *trace.see(ack(dropped("NETFILTER_DROP"))).cause;
  EXPECT_EQ(cause.kind, CauseKind::CnameOnly);
  EXPECT_THAT(cause.doubts, testing::ElementsAre("opener_unknown"));
}

}  // namespace
}  // namespace cnamedrop::join
