// SPDX-License-Identifier: Apache-2.0
// From lines back to events: nothing that a recomputation needs gets lost, and whatever else a file holds is skipped
// and said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "event_files/event_reader.h"
#include "events/enum_names.h"
#include "events/event_json.h"
#include "events_examples.h"

namespace cnamedrop::event_files {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string line_of(const events::Event& event) {
  std::string out;
  events::append_json(out, event);
  return out;
}

const std::string lost_line = line_of(events::examples::lost());

// A file of its own in memory, read from its beginning.
class EventReaderTest : public ::testing::Test {
 protected:
  void append(std::string_view text) {
    ASSERT_EQ(::pwrite(file_, text.data(), text.size(), size_), static_cast<ssize_t>(text.size()));
    size_ += static_cast<off_t>(text.size());
  }
  EventReader reader(AtEnd at_end = AtEnd::Stop) { return EventReader(FileDescriptor(file_), at_end); }

  // Reads a file of this one bad line between two good ones, and returns what is said of it.
  std::string problem_of(std::string_view line) {
    append(lost_line + std::string(line) + '\n' + lost_line);
    EventReader events = reader();
    EXPECT_EQ(events.next(), events::examples::lost());
    EXPECT_EQ(events.next(), events::examples::lost());
    EXPECT_EQ(events.next(), std::nullopt);
    EXPECT_EQ(events.skipped(), 1U);
    return events.problems().empty() ? "" : events.problems().front().to_string();
  }

 private:
  int file_ = ::memfd_create("events", 0);
  off_t size_ = 0;
};

class EveryEventRead : public ::testing::TestWithParam<events::Event> {};
INSTANTIATE_TEST_SUITE_P(EventReader, EveryEventRead, ::testing::ValuesIn(events::examples::every_type()));

TEST_P(EveryEventRead, IsTheEventThatWasWritten) {
  events::EventParser parser;
  std::string line = line_of(GetParam());
  line.pop_back();

  EXPECT_EQ(parser.parse(line), events::examples::as_read(GetParam()))
      << parser.problem().field << ' ' << parser.problem().message;
}

class EveryCause : public ::testing::TestWithParam<events::CauseKind> {};
INSTANTIATE_TEST_SUITE_P(EventReader, EveryCause,
                         ::testing::Values(events::CauseKind::DnsDropped, events::CauseKind::NotLearned,
                                           events::CauseKind::TooFresh, events::CauseKind::OverLimit,
                                           events::CauseKind::PortMismatch, events::CauseKind::AllowedByName,
                                           events::CauseKind::SearchSuffix, events::CauseKind::CnameOnly,
                                           events::CauseKind::SelectsTarget, events::CauseKind::NearMiss,
                                           events::CauseKind::NameMismatch, events::CauseKind::Expired,
                                           events::CauseKind::Learned));

TEST_P(EveryCause, HasANameThatIsReadBack) {
  EXPECT_FALSE(events::to_string(GetParam()).empty());
  EXPECT_EQ(events::from_string<events::CauseKind>(events::to_string(GetParam())), GetParam());
}

TEST_F(EventReaderTest, ReadsAnEmptyFile) {
  EventReader events = reader();

  EXPECT_EQ(events.next(), std::nullopt);
  EXPECT_EQ(events.lines(), 0U);
  EXPECT_THAT(events.read_error(), IsEmpty());
}

TEST_F(EventReaderTest, ReadsMoreEventsThanItsBufferHolds) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += lost_line;
  append(lines);
  EventReader events = reader();
  std::uint64_t count = 0;

  while (events.next()) ++count;

  EXPECT_EQ(count, 20'000U);
  EXPECT_EQ(events.skipped(), 0U);
}

TEST_F(EventReaderTest, PassesOverBlankLines) {
  append("\n" + lost_line + "\r\n \n");
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
  EXPECT_EQ(events.next(), std::nullopt);
  EXPECT_EQ(events.skipped(), 0U);
}

TEST_F(EventReaderTest, IgnoresFieldsThatANewerWriterAdded) {
  std::string line = lost_line;
  append(line.insert(line.find("\"what\""), R"("new":{"deep":[1,2]},)"));
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
}

TEST_F(EventReaderTest, ReadsFieldsInAnyOrder) {
  append(
      R"({"lost":{"count":"17","skbs":5,"since":"2026-03-01T12:00:00Z","what":"drops_ring_full"},"node_name":"node-1",)"
      R"("seq":6,"trace_id":"5f0c2d9b1e7a4836","time":"2026-03-01T12:00:01Z","type":"lost","schema":1})"
      "\n");
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
}

TEST_F(EventReaderTest, TakesALastLineThatOnlyMissesItsEnd) {
  append(std::string_view(lost_line).substr(0, lost_line.size() - 1));
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
  EXPECT_EQ(events.next(), std::nullopt);
}

TEST_F(EventReaderTest, CountsACutLastLine) {
  append(lost_line + lost_line.substr(0, 40));
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
  EXPECT_EQ(events.next(), std::nullopt);
  EXPECT_EQ(events.skipped(), 1U);
  EXPECT_EQ(events.problems().front().to_string(), "line 2: is cut: the file ends in the middle of it");
}

TEST_F(EventReaderTest, WaitsForTheRestOfALineThatItFollows) {
  append(lost_line.substr(0, 40));
  EventReader events = reader(AtEnd::Follow);
  EXPECT_EQ(events.next(), std::nullopt);

  append(lost_line.substr(40));

  EXPECT_EQ(events.next(), events::examples::lost());
  EXPECT_EQ(events.skipped(), 0U);
}

TEST_F(EventReaderTest, RefusesANewerSchema) {
  EXPECT_THAT(problem_of(R"({"schema":2,"type":"lost"})"), HasSubstr("line 2: schema is version 2, newer than"));
}

TEST_F(EventReaderTest, KnowsAHubbleFlow) {
  EXPECT_EQ(problem_of(R"({"flow":{"verdict":"DROPPED"},"node_name":"n"})"),
            "line 2: flow is what a Hubble flow has, not an event of cnamedrop");
}

TEST_F(EventReaderTest, KnowsJsonOfAnotherTool) {
  EXPECT_EQ(problem_of(R"({"level":"info"})"), "line 2: schema is missing: JSON of another tool");
}

TEST_F(EventReaderTest, RefusesJsonThatIsNoObject) { EXPECT_EQ(problem_of("[1]"), "line 2: is not a JSON object"); }

TEST_F(EventReaderTest, RefusesAnUnknownType) {
  EXPECT_THAT(problem_of(R"({"schema":1,"type":"flow","time":"2026-03-01T12:00:01Z"})"),
              HasSubstr("line 2: type is not a type of event"));
}

TEST_F(EventReaderTest, RefusesTextThatIsNoJson) { EXPECT_THAT(problem_of("hello"), HasSubstr("is not whole JSON")); }

TEST_F(EventReaderTest, RefusesALineCutInTheMiddleOfTheFile) {
  EXPECT_THAT(problem_of(lost_line.substr(0, 40)), HasSubstr("is not whole JSON"));
}

TEST_F(EventReaderTest, KnowsABinaryFile) {
  EXPECT_THAT(problem_of(std::string_view("\x1f\x8b\x08\0\xff\x01", 6)), HasSubstr("is not text: a binary file"));
}

TEST_F(EventReaderTest, RefusesAZeroByteBehindAWholeEvent) {
  std::string line = lost_line;
  line.back() = '\0';

  EXPECT_THAT(problem_of(line + "{}"), HasSubstr("is not text"));
}

TEST_F(EventReaderTest, RefusesAMillionBrackets) {
  EXPECT_THAT(problem_of(std::string(1'000'000, '[')), HasSubstr("is nested too deeply"));
}

TEST_F(EventReaderTest, SkipsALineOver1MiB) {
  EXPECT_EQ(problem_of(std::string(3'000'000, ' ')), "line 2: is longer than 1 MiB");
}

TEST_F(EventReaderTest, ReadsALineOfExactly1MiB) {
  append(lost_line.substr(0, lost_line.size() - 1) + std::string(EventReader::max_line - lost_line.size() + 1, ' ') +
         '\n');
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
}

TEST_F(EventReaderTest, CountsALongLineAtTheEnd) {
  append(lost_line + std::string(3'000'000, 'x'));
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::lost());
  EXPECT_EQ(events.next(), std::nullopt);
  EXPECT_EQ(events.problems().front().to_string(), "line 2: is longer than 1 MiB");
}

TEST_F(EventReaderTest, NamesAFieldOfTheWrongType) {
  EXPECT_EQ(problem_of(R"({"schema":1,"type":"lost","time":"2026-03-01T12:00:01Z","lost":{"what":1,"count":1}})"),
            "line 2: lost.what is not a string");
}

TEST_F(EventReaderTest, NamesAFieldOutOfItsRange) {
  EXPECT_EQ(problem_of(R"({"schema":1,"type":"start","time":"2026-03-01T12:00:01Z","start":{"dns_ports":[53,70000]}})"),
            "line 2: start.dns_ports[1] is not a whole number in its range");
}

TEST_F(EventReaderTest, NamesAFieldDeepInALine) {
  std::string line = line_of(events::examples::dns_answer());
  line.replace(line.find(R"("ttl":30,)"), 9, R"("ttl":-1,)");
  line.pop_back();

  EXPECT_EQ(problem_of(line), "line 2: l7.dns.answers[2].ttl is not a whole number in its range");
}

TEST_F(EventReaderTest, PassesOverWhatTheJoinAdded) {
  std::string line = line_of(events::examples::drop());
  line.replace(line.find(R"("kind":"cname_only")"), 19, R"("kind":["a",{"b":1}])");
  append(line);
  EventReader events = reader();

  EXPECT_EQ(events.next(), events::examples::as_read(events::examples::drop()));
  EXPECT_EQ(events.skipped(), 0U);
}

// What is unknown is said: it is never taken for something else.
class UnknownName : public EventReaderTest, public ::testing::WithParamInterface<std::array<const char*, 3>> {};
INSTANTIATE_TEST_SUITE_P(
    EventReader, UnknownName,
    ::testing::Values(std::array{R"("attributed_by":"local_endpoint")", R"("attributed_by":"guess")",
                                 "line 2: drop.attributed_by is not one of the names in the schema"},
                      std::array{R"("traffic_direction":"EGRESS")", R"("traffic_direction":"SIDEWAYS")",
                                 "line 2: traffic_direction is not one of the names in the schema"},
                      std::array{R"("SYN":true)", R"("NEW":true)", "line 2: l4.TCP.flags.NEW is not a TCP flag"},
                      std::array{R"("TCP":{)", R"("QUIC":{)", "line 2: l4.QUIC is not an IP protocol"}));

TEST_P(UnknownName, IsSaidAndTheLineSkipped) {
  const auto& [name, unknown, problem] = GetParam();
  std::string line = line_of(events::examples::drop());
  line.replace(line.find(name), std::string_view(name).size(), unknown);
  line.pop_back();

  EXPECT_EQ(problem_of(line), problem);
}

TEST_F(EventReaderTest, RefusesAnAnswerThatThePodSent) {
  std::string line = line_of(events::examples::dns_question());
  line.replace(line.find("REQUEST"), 7, "RESPONSE");
  line.pop_back();

  EXPECT_EQ(problem_of(line), "line 2: l7.type is not what the direction of the packet says");
}

TEST_F(EventReaderTest, ReadsAFlagThatIsFalseAsNotSet) {
  std::string line = line_of(events::examples::drop());
  append(line.replace(line.find(R"("SYN":true)"), 10, R"("SYN":false)"));
  EventReader events = reader();

  const auto event = events.next();

  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<events::Dropped>(event->observation.what).tcp_flags, 0);
}

TEST_F(EventReaderTest, NamesAFieldThatIsMissing) {
  EXPECT_EQ(problem_of(R"({"schema":1,"type":"drop","time":"2026-03-01T12:00:01Z"})"),
            "line 2: traffic_direction is missing");
}

TEST_F(EventReaderTest, RefusesATimeThatIsNone) {
  EXPECT_EQ(problem_of(R"({"schema":1,"type":"lost","time":"noon"})"), "line 2: time is not an RFC 3339 time in UTC");
}

TEST_F(EventReaderTest, KeepsTheFirstProblemsAndCountsAll) {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "x\n";
  append(lines);
  EventReader events = reader();

  EXPECT_EQ(events.next(), std::nullopt);

  EXPECT_EQ(events.skipped(), 100U);
  EXPECT_EQ(events.problems().size(), EventReader::max_problems);
}

TEST(EventReaderOpen, SaysWhyAFileCannotBeOpened) {
  const auto events = EventReader::open("/nonexistent/events.jsonl");

  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().message, "cannot open event file /nonexistent/events.jsonl: No such file or directory");
}

TEST(EventReaderOpen, SaysWhyAFileCannotBeRead) {
  auto events = EventReader::open("/");
  ASSERT_TRUE(events);

  EXPECT_EQ(events->next(), std::nullopt);
  EXPECT_EQ(events->read_error(), "Is a directory");
}

}  // namespace
}  // namespace cnamedrop::event_files
