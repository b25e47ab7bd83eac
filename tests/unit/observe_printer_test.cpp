// SPDX-License-Identifier: Apache-2.0
// The table, and which line belongs to which format.
#include <gmock/gmock.h>

#include "events/event_json.h"
#include "events_examples.h"
#include "observe/printer.h"
#include "output/compact_line.h"

namespace cnamedrop::observe {
namespace {

namespace examples = events::examples;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string printed(Format format, const events::Event& event) {
  std::string out;
  Printer printer(format);
  printer.see(event);
  printer.append(out, event);
  return out;
}

std::string head(Format format) {
  std::string out;
  Printer(format).append_head(out);
  return out;
}

TEST(Table, HasItsColumnsUnderTheirNames) {
  const std::string names = head(Format::Table);
  const std::string row = printed(Format::Table, examples::drop());
  EXPECT_EQ(row,
            "12:00:31.123  kong/kong-abc                       drop   10.0.0.2:40000         20.190.151.134:443     "
            "login.microsoftonline.com                      cname_only NETFILTER_DROP x3\n");
  EXPECT_EQ(names.find("SOURCE"), row.find("10.0.0.2"));
  EXPECT_EQ(names.find("RESULT"), row.find("cname_only"));
}

TEST(Table, ShowsAQuestionAndItsAnswer) {
  EXPECT_THAT(printed(Format::Table, examples::dns_question()),
              EndsWith("A www.tm.ak.prd.aadg.trafficmanager.net        asked\n"));
  EXPECT_THAT(printed(Format::Table, examples::dns_answer()),
              EndsWith("A login.microsoftonline.com                    NOERROR\n"));
}

TEST(Table, MarksADoubt) {
  EXPECT_THAT(printed(Format::Table, examples::odd_drop()), HasSubstr(" not_learned? x1152921504606846976\n"));
}

TEST(Table, ShowsWhatIsNoPacket) {
  EXPECT_THAT(printed(Format::Table, examples::lost()),
              EndsWith("drops_ring_full                                17\n"));
  EXPECT_THAT(printed(Format::Table, examples::stop()), EndsWith(" signal\n"));
  EXPECT_THAT(printed(Format::Table, examples::pod_seen()), EndsWith(" gone\n"));
  EXPECT_THAT(printed(Format::Table, examples::start()), HasSubstr("--pod-uid 3f1c7a52-9d1e-4a3b-8a55-0c2f6f5d9e11"));
}

TEST(Table, ControlCharactersOfANameDoNotReachTheTerminal) {
  events::Event event = examples::dns_question();
  std::get<events::DnsSeen>(event.observation.what).message.questions[0].name = "\x1b]0;x\x07.example.";
  EXPECT_THAT(printed(Format::Table, event), HasSubstr("\\x1b]0;x\\x07.example"));
}

TEST(Printer, OnlyTheTableHasAHead) {
  EXPECT_THAT(head(Format::Table), StartsWith("TIME"));
  for (const Format format : {Format::Compact, Format::Json, Format::Hubble, Format::Coredns})
    EXPECT_THAT(head(format), IsEmpty());
}

TEST(Printer, JsonIsTheLineOfTheEventFile) {
  std::string line;
  events::append_json(line, examples::drop());
  EXPECT_EQ(printed(Format::Json, examples::drop()), line);
}

TEST(Printer, CompactIsTheLineOfTheTerminal) {
  std::string line;
  output::append_compact(line, examples::drop());
  EXPECT_EQ(printed(Format::Compact, examples::drop()), line);
}

TEST(Printer, HubbleAndCorednsHaveTheirOwn) {
  EXPECT_THAT(printed(Format::Hubble, examples::dns_answer()), StartsWith(R"({"flow":{)"));
  EXPECT_THAT(printed(Format::Coredns, examples::dns_answer()), StartsWith("[INFO] 10.0.0.2:41746 - 11734"));
}

}  // namespace
}  // namespace cnamedrop::observe
