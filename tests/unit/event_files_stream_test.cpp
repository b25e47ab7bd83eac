// SPDX-License-Identifier: Apache-2.0
// Several files as one stream: merged, with their backups before them, and what is missing between their lines.
#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>

#include "event_files/event_file.h"
#include "event_files/event_stream.h"
#include "events/event_json.h"
#include "events_examples.h"
#include "temp_tree.h"

namespace cnamedrop::event_files {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A line of a trace that is known by its number; its time is that many seconds.
std::string line(std::uint64_t seq, const std::string& node = "node-1", events::Lines lines = events::Lines::All,
                 const std::string& trace = "t1") {
  events::Event event;
  event.observation = {Time(std::chrono::seconds(seq)), events::Lost{"dns_tcp", 1, {}},
                       std::make_shared<const events::TraceId>(events::TraceId{node, trace}), seq};
  std::string text;
  events::append_json(text, event, lines);
  return text;
}

class Streaming : public TempTree {
 protected:
  std::string path(const std::string& name = "events.jsonl") const { return root() / name; }
  void write(const std::string& file, const std::string& text) const { std::ofstream(file, std::ios::app) << text; }
  void write_packed(const std::string& file, const std::string& text) const {
    gzFile packed = ::gzopen(file.c_str(), "wb");
    ASSERT_EQ(::gzwrite(packed, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
    ::gzclose(packed);
  }
  EventStream opened(const std::vector<std::string>& paths, const StreamOptions& options = {}) const {
    Result<EventStream> stream = EventStream::open(paths, options);
    EXPECT_TRUE(stream) << stream.error().message;
    return std::move(*stream);
  }
};

std::vector<std::uint64_t> read(EventStream& stream) {
  std::vector<std::uint64_t> numbers;
  while (const auto event = stream.next()) numbers.push_back(*event->observation.seq);
  return numbers;
}

TEST_F(Streaming, TheBackupsOfAFileAreReadBeforeItThePackedOnesToo) {
  write(path(), line(4));
  write(backup_name(path(), 1), line(2) + line(3));
  write_packed(backup_name(path(), 2) + ".gz", line(0) + line(1));
  EventStream stream = opened({path()});

  EXPECT_THAT(read(stream), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(stream.lines(), 5U);
  EXPECT_EQ(stream.missing(), 0U);
  EXPECT_THAT(stream.read_error(), IsEmpty());
}

TEST_F(Streaming, WithoutBackupsTheFileIsReadAlone) {
  write(path(), line(4));
  write(backup_name(path(), 1), line(3));
  EventStream stream = opened({path()}, {.backups = false});

  EXPECT_THAT(read(stream), ElementsAre(4));
}

TEST_F(Streaming, FilesOfSeveralNodesAreMergedByTime) {
  write(path("a"), line(1, "node-1") + line(3, "node-1"));
  write(path("b"), line(2, "node-2") + line(4, "node-2"));
  EventStream stream = opened({path("a"), path("b")});

  EXPECT_THAT(read(stream), ElementsAre(1, 2, 3, 4));
}

TEST_F(Streaming, APackedFileIsKnownByItsBytes) {
  write_packed(path("events"), line(7));
  EventStream stream = opened({path("events")});

  EXPECT_THAT(read(stream), ElementsAre(7));
}

TEST_F(Streaming, APackedFileThatIsCutIsAnError) {
  std::string text;
  for (std::uint64_t seq = 0; seq < 2000; ++seq) text += line(seq);
  write_packed(path("events.gz"), text);
  std::filesystem::resize_file(path("events.gz"), std::filesystem::file_size(path("events.gz")) / 2);
  EventStream stream = opened({path("events.gz")});

  EXPECT_LT(read(stream).size(), 2000U);
  EXPECT_THAT(stream.read_error(), HasSubstr("cut"));
}

TEST_F(Streaming, AGapInTheNumbersIsLinesThatAreMissing) {
  write(path(), line(0) + line(1) + line(5));
  EventStream stream = opened({path()});

  EXPECT_THAT(read(stream), ElementsAre(0, 1, 5));
  EXPECT_EQ(stream.missing(), 3U);
}

TEST_F(Streaming, EachTraceOfEachNodeHasItsOwnNumbers) {
  write(path(), line(0, "node-1") + line(7, "node-2") + line(1, "node-1") + line(8, "node-2") +
                    line(0, "node-1", events::Lines::All, "t2"));
  EventStream stream = opened({path()});

  read(stream);

  EXPECT_EQ(stream.missing(), 0U);
}

TEST_F(Streaming, ALossOfTheOutputExplainsItsGap) {
  events::Event lost;
  lost.observation = {Time(std::chrono::seconds(4)), events::Lost{"output", 3, {}},
                      std::make_shared<const events::TraceId>(events::TraceId{"node-1", "t1"}), 4};
  std::string text = line(1);
  events::append_json(text, lost);
  write(path(), text + line(5));
  EventStream stream = opened({path()});

  read(stream);

  EXPECT_EQ(stream.missing(), 0U);
}

TEST_F(Streaming, AGapInASelectionIsNoLoss) {
  write(path(), line(0, "node-1", events::Lines::Selected) + line(5, "node-1", events::Lines::Selected));
  write(path("stored"), line(0, "node-2") + line(5, "node-2"));
  EventStream marked = opened({path()});
  EventStream said = opened({path("stored")}, {.selection = true});

  read(marked);
  read(said);

  EXPECT_EQ(marked.missing(), 0U);
  EXPECT_EQ(said.missing(), 0U);
}

TEST_F(Streaming, ProblemsOfSeveralFilesNameTheFile) {
  write(path("a"), line(1) + "nonsense\n");
  write(path("b"), "{}\n" + line(2));
  EventStream stream = opened({path("a"), path("b")});

  read(stream);

  EXPECT_EQ(stream.skipped(), 2U);
  EXPECT_THAT(stream.problems(), ElementsAre(HasSubstr(path("a") + ": line 2: "), HasSubstr(path("b") + ": line 1: ")));
}

TEST_F(Streaming, AFileThatIsNotThereIsAnError) {
  write(path("a"), line(1));
  EXPECT_FALSE(EventStream::open({path("a"), path("b")}, {}));
}

}  // namespace
}  // namespace cnamedrop::event_files
