// SPDX-License-Identifier: Apache-2.0
// One stream of several traces: of two nodes at once, and of one node one behind the other.
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include "explain/report_json.h"
#include "explain/report_text.h"
#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::shared_ptr<const events::TraceId> trace_on(const std::string& node, const std::string& id) {
  return std::make_shared<const events::TraceId>(events::TraceId{node, id});
}
const auto node_2 = trace_on("node-2", "t2");

// On both nodes cgroup 1 sends to the same address. Only the pod of node-1 has followed aliases to it.
Report two_nodes() {
  Recording recording(judged_by_name(login));
  recording.on(node_2);
  recording.begin();
  recording.on(join::node_1);
  recording.look_up(login, dns::type::CNAME, {cname(login, 60, www)});
  recording.on(node_2);
  recording.look_up(login, dns::type::A, {a(login, 60, "192.0.2.1")});
  recording.drop();
  recording.on(join::node_1);
  recording.ask_target(60);
  recording.drop();
  recording.drop();
  recording.on(node_2);
  recording.drop("192.0.2.1");
  return recording.report();
}

TEST(Nodes, EachHasFindingsOfItsOwn) {
  const Report report = two_nodes();
  EXPECT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::CnameOnly, CauseKind::NotLearned, CauseKind::TooFresh));
  EXPECT_EQ(report.findings[0].node_name, "node-1");
  EXPECT_EQ(report.findings[0].packets, 2U);
  EXPECT_EQ(report.findings[1].node_name, "node-2");
  EXPECT_EQ(report.findings[2].node_name, "node-2");
}

TEST(Nodes, AreNamedInTheText) {
  std::string text;
  append_text(text, two_nodes());
  EXPECT_THAT(text, HasSubstr(" of 2 nodes: "));
  EXPECT_THAT(text, HasSubstr("kong/kong-uid1 on node-1"));
  EXPECT_THAT(text, HasSubstr("kong/kong-uid1 on node-2"));
}

TEST(Nodes, AreNamedInTheJson) {
  std::string text;
  append_report_json(text, two_nodes());
  rapidjson::Document json;
  json.Parse(text.data(), text.size());
  ASSERT_FALSE(json.HasParseError());
  EXPECT_EQ(json["trace"]["node_names"].Size(), 2U);
  EXPECT_STREQ(json["findings"][0]["pod"]["node_name"].GetString(), "node-1");
  EXPECT_STREQ(json["findings"][1]["pod"]["node_name"].GetString(), "node-2");
}

TEST(Nodes, AnOnlyOneIsNotRepeatedInTheText) {
  Recording recording;
  recording.drop();
  std::string text;
  append_text(text, recording.report());
  EXPECT_THAT(text, HasSubstr(" of node node-1: "));
  EXPECT_THAT(text, Not(HasSubstr(" on node-1")));
}

// The second trace of node-1 begins when the first has ended. Only the first saw the look-up.
Report appended(bool look_up_again) {
  Recording recording(judged_by_name(www));
  recording.ask_target(3600);
  recording.at(60);
  recording.on(trace_on("node-1", "t2"));
  recording.begin();
  recording.ask(login, dns::type::A);
  if (look_up_again) recording.ask_target(3600);
  recording.at(120);
  recording.drop();
  return recording.report();
}

TEST(AppendedTraces, WhatTheEarlierOneLearnedIsADoubt) {
  const Report report = appended(false);
  EXPECT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::AllowedByName));
  EXPECT_THAT(report.findings[0].doubts, ElementsAre("earlier_trace"));
  std::string text;
  append_text(text, report);
  EXPECT_THAT(text, HasSubstr("it rests on what an earlier trace saw"));
}

TEST(AppendedTraces, WhatTheLaterOneLearnedAgainIsNone) {
  const Report report = appended(true);
  EXPECT_THAT(kinds_of(report.findings), ElementsAre(CauseKind::AllowedByName));
  EXPECT_THAT(report.findings[0].doubts, IsEmpty());
}

}  // namespace
}  // namespace cnamedrop::explain
