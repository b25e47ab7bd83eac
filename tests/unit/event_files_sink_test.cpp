// SPDX-License-Identifier: Apache-2.0
// The event file on a disk that is full, in folders that refuse: no line is split and none is lost without being
// counted.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "file_sink_fixture.h"

namespace cnamedrop::event_files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(FileSinkTest, WritesWhatItHoldsWhenFlushed) {
  const auto sink = open();
  write_each(*sink, {1, 2});
  EXPECT_THAT(seconds_in(), IsEmpty());

  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2));
  EXPECT_EQ(sink->counters().events_written, 2U);
  EXPECT_EQ(sink->counters().bytes_written, 2 * line_size());
}

TEST_F(FileSinkTest, WritesWithoutAFlushOnceMuchIsHeld) {
  const auto sink = open();

  write_each(*sink, range(1, 2000));

  EXPECT_GT(sink->counters().bytes_written, 0U);
  EXPECT_LT(sink->pending_bytes(), 70'000U);
}

TEST_F(FileSinkTest, WritesTheRestWhenItIsClosed) {
  write_each(*open(), {1});

  EXPECT_THAT(seconds_in(), ElementsAre(1));
}

TEST_F(FileSinkTest, MakesAFileThatOnlyItsGroupMayRead) {
  ::umask(0);
  open();

  struct stat status {};
  ASSERT_EQ(::stat(options.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(FileSinkTest, AppendsToAnEventFile) {
  write_each(*open(), {1});
  write_each(*open(), {2});

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2));
}

TEST_F(FileSinkTest, StartsOnANewLineBehindACutOne) {
  std::string line;
  events::append_json(line, event_at(1));
  given_file(line + line.substr(0, 30));
  write_each(*open(), {2});

  auto reader = EventReader::open(options.path);

  EXPECT_EQ(reader->next(), event_at(1));
  EXPECT_EQ(reader->next(), event_at(2));
  EXPECT_EQ(reader->skipped(), 1U);
}

TEST_F(FileSinkTest, StartsOnANewLineBehindACutFirstOne) {
  given_file(R"({"sche)");
  write_each(*open(), {2});

  auto reader = EventReader::open(options.path);

  EXPECT_EQ(reader->next(), event_at(2));
}

TEST_F(FileSinkTest, RefusesAnothersFileAndLeavesItAlone) {
  given_file("root:x:0:0:\n");

  EXPECT_THAT(refusal(), HasSubstr("holds something else than events"));
  EXPECT_EQ(std::filesystem::file_size(options.path), 12U);
}

TEST_F(FileSinkTest, RefusesAFileOfHubbleFlows) {
  given_file("{\"flow\":{}}\n");

  EXPECT_THAT(refusal(), HasSubstr("holds something else than events"));
}

TEST_F(FileSinkTest, RefusesAFolder) {
  options.path = folder_;

  EXPECT_THAT(refusal(), HasSubstr("Is a directory"));
}

TEST_F(FileSinkTest, RefusesAFifoThatNobodyReads) {
  ASSERT_EQ(::mkfifo(options.path.c_str(), 0600), 0);

  EXPECT_THAT(refusal(), HasSubstr("nobody reads it"));
}

TEST_F(FileSinkTest, HoldsWhatAFullDiskRefusesAndFinishesTheCutLine) {
  const auto sink = open();
  {
    const FullDisk disk(line_size() + 10);
    write_each(*sink, {1, 2, 3});
    sink->flush();
    EXPECT_THAT(sink->problem(), HasSubstr("cannot write to output file"));
    EXPECT_EQ(sink->counters().errors, 1U);
  }

  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2, 3));
  EXPECT_EQ(sink->counters().events_dropped, 0U);
  EXPECT_THAT(sink->problem(), IsEmpty());
}

TEST_F(FileSinkTest, SaysInTheFileWhatAFullDiskCost) {
  options.max_buffer = 2 * line_size();
  const auto sink = open();
  {
    const FullDisk disk(10);
    write_each(*sink, {1, 2, 3, 4, 5});
    sink->flush();
  }
  EXPECT_EQ(sink->counters().events_dropped, 3U);

  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2, 5));
  EXPECT_EQ(last_loss(), (events::Lost{"output", 3, Time(3 * second)}));
}

TEST_F(FileSinkTest, TakesEventsAgainAfterAFullDisk) {
  options.max_buffer = 2 * line_size();
  const auto sink = open();
  {
    const FullDisk disk(10);
    write_each(*sink, {1, 2, 3});
    sink->flush();
  }
  sink->flush();

  write_each(*sink, {4});
  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2, 3, 4)) << "3 is the loss";
}

TEST_F(FileSinkTest, BeginsACutLineAnewInTheNextFile) {
  const auto sink = open();
  {
    const FullDisk disk(line_size() + 10);
    write_each(*sink, {1, 2});
    sink->flush();
    std::filesystem::rename(options.path, options.path + ".old");
    EXPECT_FALSE(sink->reopen());
  }
  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(2));
}

TEST_F(FileSinkTest, CountsEveryEventThatADeviceRefuses) {
  options.path = "/dev/full";
  options.max_buffer = line_size();
  const auto sink = open();

  write_each(*sink, {1, 2, 3});
  sink->flush();

  EXPECT_EQ(sink->counters().events_dropped, 2U);
  EXPECT_EQ(sink->counters().errors, 1U);
  EXPECT_THAT(sink->problem(), HasSubstr("No space left on device"));
}

TEST_F(FileSinkTest, DropsAndSaysSoWhenAFifoIsReadTooSlowly) {
  ASSERT_EQ(::mkfifo(options.path.c_str(), 0600), 0);
  const FileDescriptor reader(::open(options.path.c_str(), O_RDONLY | O_NONBLOCK));
  options.max_buffer = 100'000;
  const auto sink = open();

  write_each(*sink, range(1, 5000));

  EXPECT_GT(sink->counters().events_dropped, 0U);
  EXPECT_THAT(sink->problem(), HasSubstr("is too slow"));
  EXPECT_EQ(sink->counters().events_dropped + sink->counters().events_written, 5000U);
}

TEST_F(FileSinkTest, KnowsThatTheReaderOfAFifoIsGone) {
  ASSERT_EQ(::mkfifo(options.path.c_str(), 0600), 0);
  FileDescriptor reader(::open(options.path.c_str(), O_RDONLY | O_NONBLOCK));
  const auto sink = open();
  reader = {};

  write_each(*sink, {1});
  sink->flush();

  EXPECT_TRUE(sink->reader_gone());
}

// Standard output is a pipe for the life of the object.
class PipedStandardOutput {
 public:
  PipedStandardOutput() : before_(::dup(STDOUT_FILENO)) {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::pipe(fds), 0);
    reader = FileDescriptor(fds[0]);
    const FileDescriptor writer(fds[1]);
    ::dup2(writer.get(), STDOUT_FILENO);
  }
  ~PipedStandardOutput() { ::dup2(before_.get(), STDOUT_FILENO); }
  PipedStandardOutput(const PipedStandardOutput&) = delete;
  PipedStandardOutput& operator=(const PipedStandardOutput&) = delete;

  FileDescriptor reader;

 private:
  FileDescriptor before_;
};

TEST_F(FileSinkTest, KnowsThatTheReaderOfStandardOutputIsGone) {
  PipedStandardOutput standard_output;
  standard_output.reader = {};
  options.path = "-";
  const auto sink = open();

  write_each(*sink, {1});
  sink->flush();

  EXPECT_TRUE(sink->reader_gone());
}

TEST_F(FileSinkTest, CountsWhatAReaderOfStandardOutputThatStallsDoesNotGet) {
  const PipedStandardOutput standard_output;
  options.path = "-";
  options.max_buffer = 100'000;
  const auto sink = open();

  write_each(*sink, range(1, 5000));
  sink->flush();

  char taken[1 << 16];
  const auto bytes = static_cast<std::size_t>(::read(standard_output.reader.get(), taken, sizeof taken));
  const auto lines = static_cast<std::size_t>(std::count(taken, taken + bytes, '\n'));
  EXPECT_EQ(sink->unwritten(), 5000 - lines);
  EXPECT_GT(sink->dropped(), 0U);
}

TEST_F(FileSinkTest, CountsEventsAndNotTheEndOfALineThatWasCut) {
  given_file(R"({"sche)");
  const auto sink = open();
  write_each(*sink, {2});
  EXPECT_EQ(sink->unwritten(), 1U);

  sink->flush();

  EXPECT_EQ(sink->unwritten(), 0U);
}

}  // namespace
}  // namespace cnamedrop::event_files
