// SPDX-License-Identifier: Apache-2.0
// Events as lines: what a reader of the file sees, and that the schema says the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include "events/event_json.h"
#include "events_examples.h"

namespace cnamedrop::events {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string line_of(const Event& event) {
  std::string out;
  append_json(out, event);
  return out;
}

// "" if the line holds to the schema, else where it does not.
std::string schema_violation(std::string_view line) {
  rapidjson::Document schema_text;
  const std::string schema_json = json_schema();
  schema_text.Parse(schema_json.data(), schema_json.size());
  const rapidjson::SchemaDocument schema(schema_text);
  rapidjson::SchemaValidator validator(schema);
  rapidjson::Document document;
  document.Parse(line.data(), line.size());
  if (document.HasParseError()) return "not JSON";
  return document.Accept(validator) ? "" : std::string("violates ") + validator.GetInvalidSchemaKeyword();
}

class EveryEvent : public ::testing::TestWithParam<Event> {};
INSTANTIATE_TEST_SUITE_P(EventJson, EveryEvent, ::testing::ValuesIn(examples::every_type()));

TEST_P(EveryEvent, HoldsToTheSchema) { EXPECT_EQ(schema_violation(line_of(GetParam())), ""); }

TEST_P(EveryEvent, IsOneLineThatBeginsWithThePrefix) {
  const std::string line = line_of(GetParam());

  EXPECT_TRUE(line.starts_with(line_prefix));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(EventSchema, RefusesAFieldThatItDoesNotDescribe) {
  EXPECT_NE(schema_violation(R"({"schema":1,"type":"lost","time":"2026-03-01T12:00:00.000000000Z",)"
                             R"("lost":{"what":"x","count":1,"since":"2026-03-01T12:00:00.000000000Z","new":1}})"),
            "");
}

TEST(EventSchema, RefusesAnUnknownType) {
  EXPECT_NE(schema_violation(R"({"schema":1,"type":"flow","time":"2026-03-01T12:00:00.000000000Z"})"), "");
}

TEST(EventSchema, EndsInANewline) { EXPECT_TRUE(json_schema().ends_with("}\n")); }

TEST(EventJson, AppendsToWhatIsThere) {
  std::string out = "before\n";
  append_json(out, examples::lost());

  EXPECT_EQ(
      out,
      "before\n"
      R"({"schema":1,"type":"lost","time":"2026-03-01T12:00:01.000000000Z","node_name":"node-1",)"
      R"("trace_id":"5f0c2d9b1e7a4836","seq":6,"lost":{"what":"drops_ring_full","count":17,"skbs":5,"since":"2026-03-01T12:00:00.000000000Z"}})"
      "\n");
}

TEST(EventJson, SaysWhoAndWhichInEveryLine) {
  EXPECT_THAT(line_of(examples::drop()),
              HasSubstr(R"("node_name":"node-1","trace_id":"5f0c2d9b1e7a4836","seq":5,"namespace":"kong",)"
                        R"("pod_name":"kong-abc","pod_uid":"3f1c7a52-9d1e-4a3b-8a55-0c2f6f5d9e11",)"));
  EXPECT_THAT(line_of(examples::start()), HasSubstr(R"("node_name":"node-1","trace_id":"5f0c2d9b1e7a4836","seq":0,)"));
}

TEST(EventJson, MarksLinesOfASelection) {
  std::string out;
  append_json(out, examples::lost(), Lines::Selected);
  EXPECT_THAT(out, HasSubstr(R"("seq":6,"selection":true,)"));
  EXPECT_EQ(schema_violation(out), "");
}

TEST(EventJson, PutsThePodOnTheSideOfTheDirection) {
  EXPECT_THAT(line_of(examples::dns_question()),
              AllOf(HasSubstr(R"("traffic_direction":"EGRESS")"), HasSubstr(R"("source":{"namespace":"kong")"),
                    HasSubstr(R"("destination":{})")));
  EXPECT_THAT(line_of(examples::dns_answer()),
              AllOf(HasSubstr(R"("traffic_direction":"INGRESS")"), HasSubstr(R"("source":{})"),
                    HasSubstr(R"("destination":{"namespace":"kong","pod_name":"kong-abc")")));
}

TEST(EventJson, WritesDnsAsHubbleDoes) {
  EXPECT_THAT(
      line_of(examples::dns_answer()),
      AllOf(HasSubstr(R"("l7":{"type":"RESPONSE","latency_ns":"278602","dns":{)"),
            HasSubstr(R"("query":"login.microsoftonline.com.","qtypes":["A"],"rcode":0,"rcode_name":"NOERROR")"),
            HasSubstr(R"("rrtypes":["CNAME","A","AAAA"],"cnames":["login.mso.msidentity.com."])"),
            HasSubstr(R"("ips":["20.190.151.134","2603:1006:2000::8"],"ttl":3)"),
            HasSubstr(R"("l4":{"UDP":{"source_port":53,"destination_port":41746}})")));
}

TEST(EventJson, NamesTheRemoteOfAnEgressDropAsDestination) {
  EXPECT_THAT(line_of(examples::drop()),
              AllOf(HasSubstr(R"("destination_names":["www.tm.ak.prd.aadg.trafficmanager.net"])"),
                    HasSubstr(R"("l4":{"TCP":{"source_port":40000,"destination_port":443,"flags":{"SYN":true}}})"),
                    Not(HasSubstr("source_names"))));
}

TEST(EventJson, NamesTheRemoteOfAnIngressDropAsSource) {
  EXPECT_THAT(line_of(examples::odd_drop()),
              AllOf(HasSubstr(R"("source_names":[".","x.example"])"), HasSubstr(R"("l4":{"47":{}})"),
                    HasSubstr(R"("ipVersion":"IPv6")"), Not(HasSubstr("destination_names"))));
}

TEST(EventJson, SaysWhatTheKernelSays) {
  EXPECT_THAT(line_of(examples::drop()),
              HasSubstr(R"("drop":{"reason":"SKB_DROP_REASON_NETFILTER_DROP","reason_number":8,"subsystem":"CORE",)"
                        R"("symbol":"nf_hook_slow+0x53","location":"0xffffffff81c3a9d3","interface":"eth0",)"
                        R"("ifindex":7,"netns":4026531840,"netns_of":"pod","count":3,"skbs":2,"length":60,)"
                        R"("attributed_by":"local_endpoint","opened_by":"pod"})"));
}

TEST(EventJson, SaysWhoOpenedTheConnectionAndWhoseDeviceItWas) {
  EXPECT_THAT(line_of(examples::odd_drop()), AllOf(HasSubstr(R"("netns_of":"other","netns_pod":"shop/cart-7d5")"),
                                                   HasSubstr(R"("opened_by":"remote"})")));
}

TEST(EventJson, LeavesOutWhoOpenedTheConnectionWhereThatIsNotKnown) {
  Dropped drop = examples::dropped();
  drop.opened_by = OpenedBy::Unknown;
  drop.netns_of = NetnsOf::Unknown;
  const std::string line = line_of(examples::line(0, examples::noon, drop));
  EXPECT_THAT(line, AllOf(Not(HasSubstr("opened_by")), Not(HasSubstr("netns_of")), Not(HasSubstr("netns_pod"))));
}

TEST(EventSchema, HasNoNameForWhatIsNotKnown) { EXPECT_THAT(json_schema(), Not(HasSubstr(R"("",)"))); }

TEST(EventJson, GivesTheAgeOfTheEvidenceAtTheDrop) {
  EXPECT_THAT(
      line_of(examples::drop()),
      AllOf(HasSubstr(R"("learned":"2026-03-01T12:00:30.000000000Z","learned_age_ns":"1123456789")"),
            HasSubstr(R"("seen":"2026-03-01T12:00:11.000000000Z","age_ns":"20123456789","revealed_by":"answer")"),
            HasSubstr(R"("how":"asked")")));
}

TEST(EventJson, IsPartiallyConfidentWhereThereAreDoubts) {
  EXPECT_THAT(line_of(examples::drop()), HasSubstr(R"("kind":"cname_only","confidence":"full")"));
  EXPECT_THAT(line_of(examples::odd_drop()),
              HasSubstr(R"("kind":"not_learned","confidence":"partial","doubts":["12 DNS messages were lost"])"));
}

TEST(EventJson, HoldsToTheSchemaWithBytesThatAreNoText) {
  Event event = examples::drop();
  pods::Pod pod = examples::pod();
  pod.name = "\x1b[2J\xff\n";
  event.observation.pod = std::make_shared<const pods::Pod>(pod);

  EXPECT_EQ(schema_violation(line_of(event)), "");
}

}  // namespace
}  // namespace cnamedrop::events
