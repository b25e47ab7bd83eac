// SPDX-License-Identifier: Apache-2.0
// The report as a person and a program read it.
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "explain/report_json.h"
#include "explain/report_text.h"
#include "explain_trace.h"

namespace cnamedrop::explain {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string founding_case = traces + "kong_a3_cname60.jsonl";
const std::string equal_lives = traces + "kong_a4_cname4.jsonl";

std::string text_of(const Report& report) {
  std::string text;
  append_text(text, report);
  return text;
}

rapidjson::Document json_of(const Report& report) {
  std::string text;
  append_report_json(text, report);
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  return document;
}

TEST(ReportText, DrawsTheChainFromTheOriginToTheAddress) {
  const std::string text = text_of(explain_file(founding_case));
  const std::size_t origin = text.find("      login.microsoftonline.com ");
  const std::size_t first = text.find("-> login.mso.msidentity.com ", origin);
  const std::size_t last = text.find("-> www.tm.ak.prd.aadg.trafficmanager.net ", first);
  const std::size_t address = text.find("=> 20.190.151.134 ", last);
  EXPECT_NE(address, std::string::npos);
}

TEST(ReportText, SaysHowEachAliasWasRevealed) {
  const std::string text = text_of(explain_file(founding_case));
  EXPECT_THAT(text, HasSubstr("answer to a CNAME question 3.6 ms ago, TTL 60 s"));
  EXPECT_THAT(text, HasSubstr("was last credited 4.4 s ago, TTL 3 s: expired 1.4 s ago"));
}

TEST(ReportText, SaysWhichSelectorWouldHaveMatchedAndWhereItIs) {
  const Report report = explain_file(founding_case, judged_by(policy_file(lab_policy)));
  EXPECT_THAT(text_of(report), HasSubstr("kong.yaml:24) would have matched login.microsoftonline.com\n"));
}

TEST(ReportText, WarnsOfACureThatFails) {
  EXPECT_THAT(text_of(explain_file(founding_case)),
              HasSubstr("NOT a cure here: configure Kong to query address records first"));
}

TEST(ReportText, NoControlCharacterReachesTheTerminal) {
  Recording recording;
  recording.chase(60, 60);
  events::Dropped drop = join::syn_to(join::address);
  drop.interface = "eth0\033[2J";
  recording.see(drop);
  const std::string text = text_of(recording.report());
  EXPECT_THAT(text, HasSubstr("eth0\\x1b[2J"));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(ReportText, SaysThatNothingWasFound) {
  Recording recording;
  EXPECT_THAT(text_of(recording.report()), HasSubstr("nothing found"));
}

TEST(ReportText, SaysThatNothingElseWasFoundOfWhatWouldHavePassed) {
  const std::string text = text_of(explain_file(equal_lives, assuming("A,CNAME")));
  EXPECT_THAT(text, HasSubstr("2 packets would have passed"));
  EXPECT_THAT(text, HasSubstr("nothing else found"));
}

TEST(ReportText, SaysThatATraceWasCut) {
  Recording recording;
  EXPECT_THAT(text_of(recording.report()), HasSubstr("the trace was cut"));
  EXPECT_THAT(text_of(explain_file(founding_case)), Not(HasSubstr("the trace was cut")));
}

TEST(ReportText, TellsWhatWasAssumed) {
  EXPECT_THAT(text_of(explain_file(founding_case, assuming("A,CNAME"))),
              HasSubstr("2 packets would have been dropped all the same"));
}

TEST(ReportJson, HoldsWhatTheTextHolds) {
  const rapidjson::Document json = json_of(explain_file(founding_case, judged_by(policy_file(lab_policy))));
  ASSERT_FALSE(json.HasParseError());
  const auto& finding = json["findings"][0];
  EXPECT_STREQ(finding["kind"].GetString(), "cname_only");
  EXPECT_EQ(finding["packets"].GetInt(), 2);
  EXPECT_EQ(finding["connections"].GetInt(), 1);
  EXPECT_STREQ(finding["evidence"]["chases"][0]["origin"].GetString(), login.c_str());
  EXPECT_THAT(finding["evidence"]["selector"]["source"].GetString(), HasSubstr("kong.yaml:24"));
  EXPECT_STREQ(finding["client"]["kind"].GetString(), "kong_legacy");
  EXPECT_STREQ(finding["cures"][1]["verdict"].GetString(), "fails");
}

TEST(ReportJson, HoldsDnsFindingsAndTheAssumption) {
  Recording recording(assuming("A,CNAME"));
  recording.look_up(login, dns::type::A, {}, dns::rcode::REFUSED);
  recording.chase(60, 60);
  recording.drop();
  const rapidjson::Document json = json_of(recording.report());
  ASSERT_FALSE(json.HasParseError());
  EXPECT_STREQ(json["dns_findings"][0]["kind"].GetString(), "refused");
  EXPECT_EQ(json["assumption"]["packets_gone"].GetInt(), 1);
}

}  // namespace
}  // namespace cnamedrop::explain
