// SPDX-License-Identifier: Apache-2.0
// What `hubble observe --input-file` would read: checked by a strict reader that knows the fields of Cilium's
// api/v1/flow/flow.proto and api/v1/observer/observer.proto (1.14) and nothing else.
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include <map>
#include <string>

#include "event_files/event_reader.h"
#include "events_examples.h"
#include "observe/hubble_flow.h"

namespace cnamedrop::observe {
namespace {

namespace examples = events::examples;
using testing::HasSubstr;
using testing::IsEmpty;

std::string line_of(const events::Event& event) {
  std::string out;
  append_hubble(out, event);
  return out;
}

// A field's type in the JSON of protobuf: a scalar, "[]" of it, or the name of a message.
using Message = std::map<std::string, std::string>;
const std::map<std::string, Message> proto = {
    {"GetFlowsResponse", {{"flow", "Flow"}, {"lost_events", "LostEvent"}, {"node_name", "string"}, {"time", "time"}}},
    {"LostEvent", {{"source", "string"}, {"num_events_lost", "uint64"}}},
    {"Flow",
     {{"time", "time"},
      {"verdict", "Verdict"},
      {"IP", "IP"},
      {"l4", "Layer4"},
      {"source", "Endpoint"},
      {"destination", "Endpoint"},
      {"Type", "FlowType"},
      {"node_name", "string"},
      {"source_names", "[]string"},
      {"destination_names", "[]string"},
      {"l7", "Layer7"},
      {"is_reply", "bool"},
      {"traffic_direction", "TrafficDirection"},
      {"interface", "NetworkInterface"},
      {"Summary", "string"}}},
    {"IP", {{"source", "string"}, {"destination", "string"}, {"ipVersion", "IPVersion"}}},
    {"Layer4", {{"TCP", "TCP"}, {"UDP", "Ports"}, {"SCTP", "Ports"}}},
    {"TCP", {{"source_port", "uint32"}, {"destination_port", "uint32"}, {"flags", "TCPFlags"}}},
    {"Ports", {{"source_port", "uint32"}, {"destination_port", "uint32"}}},
    {"TCPFlags",
     {{"FIN", "bool"},
      {"SYN", "bool"},
      {"RST", "bool"},
      {"PSH", "bool"},
      {"ACK", "bool"},
      {"URG", "bool"},
      {"ECE", "bool"},
      {"CWR", "bool"}}},
    {"Endpoint", {{"namespace", "string"}, {"pod_name", "string"}}},
    {"Layer7", {{"type", "L7FlowType"}, {"latency_ns", "uint64"}, {"dns", "DNS"}}},
    {"DNS",
     {{"query", "string"},
      {"ips", "[]string"},
      {"ttl", "uint32"},
      {"cnames", "[]string"},
      {"rcode", "uint32"},
      {"qtypes", "[]string"},
      {"rrtypes", "[]string"}}},
    {"NetworkInterface", {{"index", "uint32"}, {"name", "string"}}},
};
const std::map<std::string, std::vector<std::string>> enums = {
    {"Verdict", {"FORWARDED", "DROPPED"}},       {"FlowType", {"L3_L4", "L7"}},
    {"TrafficDirection", {"INGRESS", "EGRESS"}}, {"IPVersion", {"IPv4", "IPv6"}},
    {"L7FlowType", {"REQUEST", "RESPONSE"}},
};

bool is_digits(const rapidjson::Value& value) {
  return value.IsString() && value.GetStringLength() != 0 &&
         std::string_view(value.GetString()).find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_of(const rapidjson::Value& value, const std::string& type) {
  if (type == "string" || type == "time") return value.IsString();
  if (type == "bool") return value.IsBool();
  if (type == "uint32") return value.IsUint();
  if (type == "uint64") return is_digits(value);
  const std::vector<std::string>& names = enums.at(type);
  return value.IsString() && std::find(names.begin(), names.end(), value.GetString()) != names.end();
}

void expect_message(const rapidjson::Value& value, const std::string& type);

void expect_value(const rapidjson::Value& value, const std::string& type) {
  if (proto.contains(type)) return expect_message(value, type);
  if (!type.starts_with("[]")) {
    EXPECT_TRUE(is_of(value, type)) << type;
    return;
  }
  ASSERT_TRUE(value.IsArray()) << type;
  for (const rapidjson::Value& element : value.GetArray()) expect_value(element, type.substr(2));
}

void expect_message(const rapidjson::Value& value, const std::string& type) {
  ASSERT_TRUE(value.IsObject()) << type;
  for (const auto& member : value.GetObject()) {
    const auto field = proto.at(type).find(member.name.GetString());
    ASSERT_NE(field, proto.at(type).end()) << type << " has no field " << member.name.GetString();
    SCOPED_TRACE(type + "." + field->first);
    expect_value(member.value, field->second);
  }
}

void expect_flow(const std::string& line) {
  SCOPED_TRACE(line);
  rapidjson::Document document;
  document.Parse(line.data(), line.size());
  ASSERT_FALSE(document.HasParseError());
  expect_message(document, "GetFlowsResponse");
}

TEST(Hubble, ADropIsADroppedFlowWithTheNamesOfItsAddress) {
  EXPECT_EQ(
      line_of(examples::drop()),
      R"({"flow":{"time":"2026-03-01T12:00:31.123456789Z","verdict":"DROPPED",)"
      R"("IP":{"source":"10.0.0.2","destination":"20.190.151.134","ipVersion":"IPv4"},)"
      R"("l4":{"TCP":{"source_port":40000,"destination_port":443,"flags":{"SYN":true}}},)"
      R"("source":{"namespace":"kong","pod_name":"kong-abc"},"destination":{},"Type":"L3_L4","node_name":"node-1",)"
      R"("destination_names":["www.tm.ak.prd.aadg.trafficmanager.net"],"interface":{"index":7,"name":"eth0"},)"
      R"("traffic_direction":"EGRESS","Summary":"TCP Flags: SYN"},)"
      R"("node_name":"node-1","time":"2026-03-01T12:00:31.123456789Z"})"
      "\n");
}

TEST(Hubble, AQuestionIsARequest) {
  EXPECT_THAT(line_of(examples::dns_question()),
              HasSubstr(R"("l7":{"type":"REQUEST","dns":{"query":"www.tm.ak.prd.aadg.trafficmanager.net.",)"
                        R"("qtypes":["A"]}},"is_reply":false,"traffic_direction":"EGRESS")"));
}

TEST(Hubble, AnAnswerIsAResponseToThePod) {
  EXPECT_THAT(line_of(examples::dns_answer()),
              HasSubstr(R"("l7":{"type":"RESPONSE","latency_ns":"278602","dns":{"query":"login.microsoftonline.com.",)"
                        R"("qtypes":["A"],"rrtypes":["CNAME","A","AAAA"],"cnames":["login.mso.msidentity.com."],)"
                        R"("ips":["20.190.151.134","2603:1006:2000::8"],"ttl":3}},"is_reply":true,)"
                        R"("traffic_direction":"INGRESS")"));
}

TEST(Hubble, AnRcodeIsANumber) { EXPECT_THAT(line_of(examples::odd_dns_answer()), HasSubstr(R"("rcode":3841)")); }

TEST(Hubble, ReasonsOfTheKernelAreNotPutIntoCiliumsEnum) {
  EXPECT_THAT(line_of(examples::drop()), testing::Not(HasSubstr("drop_reason")));
}

TEST(Hubble, AProtocolWithoutPortsHasNoLayer4) {
  EXPECT_THAT(line_of(examples::odd_drop()), testing::Not(HasSubstr("l4")));
  EXPECT_THAT(line_of(examples::odd_drop()), HasSubstr(R"("Summary":"47")"));
}

TEST(Hubble, ALossIsToldAsHubbleTellsIts) {
  EXPECT_EQ(line_of(examples::lost()),
            R"({"lost_events":{"num_events_lost":"17"},"node_name":"node-1","time":"2026-03-01T12:00:01.000000000Z"})"
            "\n");
}

TEST(Hubble, HasNoWordForTheRest) {
  EXPECT_THAT(line_of(examples::start()), IsEmpty());
  EXPECT_THAT(line_of(examples::pod_seen()), IsEmpty());
  EXPECT_THAT(line_of(examples::stop()), IsEmpty());
}

TEST(Hubble, AStrictReaderOfTheSchemaReadsOddEvents) {
  for (const events::Event& event : {examples::drop(), examples::odd_drop(), examples::dns_question(),
                                     examples::dns_answer(), examples::odd_dns_answer(), examples::lost()})
    expect_flow(line_of(event));
}

TEST(Hubble, AStrictReaderOfTheSchemaReadsARecordedTrace) {
  auto reader = event_files::EventReader::open(TEST_DATA_DIR "/traces/kong_a3_cname60.jsonl");
  std::size_t flows = 0;
  while (const auto event = reader->next()) {
    const std::string line = line_of(*event);
    if (line.empty()) continue;
    expect_flow(line);
    ++flows;
  }
  EXPECT_EQ(flows, 62U);
}

}  // namespace
}  // namespace cnamedrop::observe
