// SPDX-License-Identifier: Apache-2.0
// Lines as CoreDNS's log plugin writes them.
#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

#include "event_files/event_reader.h"
#include "events_examples.h"
#include "observe/coredns_log.h"

namespace cnamedrop::observe {
namespace {

namespace examples = events::examples;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string shown(CorednsLog& log, const events::Event& event) {
  std::string out;
  log.see(event);
  log.append(out, event);
  return out;
}

// A question of 61 bytes for the name of examples::dns_answer(), and its answer.
events::Event question() {
  events::Event event = examples::dns_question();
  auto& message = std::get<events::DnsSeen>(event.observation.what).message;
  message.questions[0].name = "login.microsoftonline.com.";
  message.edns_udp_size.reset();
  message.edns_do = false;
  message.size = 61;
  return event;
}

events::DnsSeen& seen(events::Event& event) { return std::get<events::DnsSeen>(event.observation.what); }

std::string answered(const events::Event& asked, const events::Event& answer) {
  CorednsLog log;
  shown(log, asked);
  return shown(log, answer);
}

TEST(CorednsLog, AnAnswerIsALineWithTheSizesOfBoth) {
  EXPECT_EQ(answered(question(), examples::dns_answer()),
            "[INFO] 10.0.0.2:41746 - 11734 \"A IN login.microsoftonline.com. udp 61 false 512\" NOERROR "
            "qr,aa,rd,ra,ad,cd 154 0.000278602s\n");
}

TEST(CorednsLog, AQuestionIsNoLine) {
  CorednsLog log;
  EXPECT_THAT(shown(log, question()), IsEmpty());
}

TEST(CorednsLog, ShowsTheBufferAndDoBitThatTheQuestionCameWith) {
  events::Event asked = question();
  seen(asked).message.edns_udp_size = 1232;
  seen(asked).message.edns_do = true;
  EXPECT_THAT(answered(asked, examples::dns_answer()), HasSubstr("udp 61 true 1232\""));
}

TEST(CorednsLog, ABufferIsNeverSmallerThan512Bytes) {
  events::Event asked = question();
  seen(asked).message.edns_udp_size = 100;
  EXPECT_THAT(answered(asked, examples::dns_answer()), HasSubstr("udp 61 false 512\""));
}

TEST(CorednsLog, OverTcpTheBufferIsTheLargest) {
  events::Event asked = question();
  events::Event answer = examples::dns_answer();
  seen(asked).protocol = seen(answer).protocol = events::protocol::TCP;
  EXPECT_THAT(answered(asked, answer), HasSubstr("tcp 61 false 65535\""));
}

TEST(CorednsLog, AQuestionThatWasNotSeenLeavesDashes) {
  CorednsLog log;
  events::Event answer = examples::dns_answer();
  answer.dns->latency.reset();
  EXPECT_THAT(shown(log, answer), HasSubstr("udp - - -\" NOERROR qr,aa,rd,ra,ad,cd 154 -\n"));
}

TEST(CorednsLog, AQuestionWithAnotherIdIsAnother) {
  events::Event asked = question();
  seen(asked).message.id = 1;
  EXPECT_THAT(answered(asked, examples::dns_answer()), HasSubstr("udp - - -\""));
}

TEST(CorednsLog, PutsIpv6ClientsInBracketsAndNumbersForWhatHasNoName) {
  CorednsLog log;
  EXPECT_THAT(shown(log, examples::odd_dns_answer()),
              StartsWith("[INFO] [fd00::2]:41746 - 0 \"TYPE65280 CH a\\.b.example. tcp - - -\" 3841 qr,tc 70000 -"));
}

TEST(CorednsLog, ADurationHasTheDigitsThatItNeeds) {
  events::Event answer = examples::dns_answer();
  answer.dns->latency = std::chrono::seconds(2);
  EXPECT_THAT(answered(question(), answer), HasSubstr(" 2s\n"));
  answer.dns->latency = std::chrono::microseconds(1500);
  EXPECT_THAT(answered(question(), answer), HasSubstr(" 0.0015s\n"));
}

TEST(CorednsLog, ControlCharactersOfANameDoNotReachTheTerminal) {
  CorednsLog log;
  events::Event answer = examples::dns_answer();
  seen(answer).message.questions[0].name = "\x1b[31m.example.";
  EXPECT_THAT(shown(log, answer), HasSubstr("\\x1b[31m.example."));
}

// "CNAME login.x.com" for each line of a list of questions.
std::vector<std::string> questions_in(const std::string& file) {
  std::vector<std::string> questions;
  std::ifstream lines(TEST_DATA_DIR "/lab/" + file);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line.front() != '#') questions.push_back(line);
  return questions;
}

// The same of each line of a log.
std::string question_of(const std::string& line) {
  const std::size_t type = line.find('"') + 1;
  const std::size_t name = line.find(" IN ", type) + 4;
  const std::string full = line.substr(name, line.find(' ', name) - name);
  return line.substr(type, line.find(' ', type) - type) + ' ' + full.substr(0, full.size() - 1);
}

TEST(CorednsLog, ReproducesTheQueryLinesOfTheFoundingCase) {
  auto reader = event_files::EventReader::open(TEST_DATA_DIR "/traces/kong_a3_cname60.jsonl");
  CorednsLog log;
  std::vector<std::string> asked;
  while (const auto event = reader->next())
    if (const std::string line = shown(log, *event); !line.empty()) asked.push_back(question_of(line));

  std::vector<std::string> expected = questions_in("kong_first_resolution.txt");
  const std::vector<std::string> later = questions_in("kong_later_resolution.txt");
  expected.insert(expected.end(), later.begin(), later.end());
  EXPECT_THAT(asked, ElementsAreArray(expected));
}

}  // namespace
}  // namespace cnamedrop::observe
