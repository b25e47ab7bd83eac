// The event file on a disk that is full, in folders that refuse, under a rotator: no line is split and none is lost
// without being counted. A full disk is a file size limit, which needs no privileges.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "events/event_json.h"
#include "events/event_reader.h"
#include "output/file_sink.h"

namespace cnamedrop::output {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr events::Time second = 1'000'000'000;

// The event whose time is that many seconds; its line is the same length for every small number.
events::Event event_at(events::Time seconds) {
  events::Event event;
  event.observation = {seconds * second, events::Stopped{"test", {}}};
  event.node_name = "node-1";
  return event;
}

std::size_t line_size() {
  std::string line;
  events::append_json(line, event_at(1));
  return line.size();
}

std::vector<events::Time> range(events::Time first, events::Time last) {
  std::vector<events::Time> all(static_cast<std::size_t>(last - first + 1));
  std::iota(all.begin(), all.end(), first);
  return all;
}

// The disk takes no file longer than this, for the life of the object.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

class FileSinkTest : public ::testing::Test {
 protected:
  FileSinkTest() {
    char name[] = "/tmp/file_sink_test.XXXXXX";
    folder_ = ::mkdtemp(name);
    options.path = folder_ / "events.jsonl";
  }
  ~FileSinkTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<FileSink> open() {
    auto sink = FileSink::open(options);
    EXPECT_TRUE(sink) << sink.error().message;
    return std::move(*sink);
  }
  std::string refusal() {
    auto sink = FileSink::open(options);
    return sink ? "" : sink.error().message;
  }
  void given_file(std::string_view text) { std::ofstream(options.path) << text; }

  static void write_each(FileSink& sink, const std::vector<events::Time>& seconds) {
    for (const events::Time at : seconds) sink.write(event_at(at));
  }

  // The times in seconds of the events in the file with that ending; every line must be one.
  std::vector<events::Time> seconds_in(const std::string& ending = "") {
    auto reader = events::EventReader::open(options.path + ending);
    EXPECT_TRUE(reader) << reader.error().message;
    std::vector<events::Time> seconds;
    while (auto event = reader->next()) seconds.push_back(event->observation.time / second);
    EXPECT_EQ(reader->skipped(), 0U) << options.path << ending;
    return seconds;
  }
  // The last event of the file, if it is a loss.
  std::optional<events::Lost> last_loss() {
    auto reader = events::EventReader::open(options.path);
    std::optional<events::Event> last;
    while (auto event = reader->next()) last = std::move(event);
    const auto* lost = last ? std::get_if<events::Lost>(&last->observation.what) : nullptr;
    return lost ? std::optional(*lost) : std::nullopt;
  }

  FileSinkOptions options;
  std::filesystem::path folder_;
};

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

  auto reader = events::EventReader::open(options.path);

  EXPECT_EQ(reader->next(), event_at(1));
  EXPECT_EQ(reader->next(), event_at(2));
  EXPECT_EQ(reader->skipped(), 1U);
}

TEST_F(FileSinkTest, StartsOnANewLineBehindACutFirstOne) {
  given_file(R"({"sche)");
  write_each(*open(), {2});

  auto reader = events::EventReader::open(options.path);

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

TEST_F(FileSinkTest, RotatesBeforeAFileGrowsOverItsSize) {
  options.max_bytes = 2 * line_size();
  write_each(*open(), {1, 2, 3, 4, 5});

  EXPECT_THAT(seconds_in(".2"), ElementsAre(1, 2));
  EXPECT_THAT(seconds_in(".1"), ElementsAre(3, 4));
  EXPECT_THAT(seconds_in(), ElementsAre(5));
}

TEST_F(FileSinkTest, CountsWhatTheFileHeldBeforeTowardsItsSize) {
  options.max_bytes = 2 * line_size();
  write_each(*open(), {1});
  write_each(*open(), {2, 3});

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1, 2));
  EXPECT_THAT(seconds_in(), ElementsAre(3));
}

TEST_F(FileSinkTest, WritesALineOverTheSizeToAFileOfItsOwn) {
  options.max_bytes = 1;
  write_each(*open(), {1, 2});

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1));
  EXPECT_THAT(seconds_in(), ElementsAre(2));
}

TEST_F(FileSinkTest, KeepsTheNewestBackups) {
  options.max_bytes = line_size();
  options.max_backups = 2;
  write_each(*open(), {1, 2, 3, 4});

  EXPECT_THAT(seconds_in(), ElementsAre(4));
  EXPECT_THAT(seconds_in(".1"), ElementsAre(3));
  EXPECT_THAT(seconds_in(".2"), ElementsAre(2));
  EXPECT_FALSE(std::filesystem::exists(options.path + ".3"));
}

TEST_F(FileSinkTest, KeepsNoBackupWhereNoneIsWanted) {
  options.max_bytes = line_size();
  options.max_backups = 0;
  write_each(*open(), {1, 2});

  EXPECT_THAT(seconds_in(), ElementsAre(2));
  EXPECT_FALSE(std::filesystem::exists(options.path + ".1"));
}

TEST_F(FileSinkTest, RotatesWhenTheFirstEventIsTooOld) {
  options.max_age_ns = 10 * second;
  write_each(*open(), {1, 10, 11, 12});

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1, 10));
  EXPECT_THAT(seconds_in(), ElementsAre(11, 12));
}

TEST_F(FileSinkTest, CountsTheAgeOfAFileThatItAppendsTo) {
  options.max_age_ns = 10 * second;
  write_each(*open(), {1});
  write_each(*open(), {9, 11});

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1, 9));
  EXPECT_THAT(seconds_in(), ElementsAre(11));
}

TEST_F(FileSinkTest, GoesOnInTheOldFileWhenItCannotRotate) {
  options.max_bytes = line_size();
  options.max_backups = 1;
  std::filesystem::create_directory(options.path + ".1");
  const auto sink = open();
  write_each(*sink, {1, 2});
  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2));
  EXPECT_THAT(sink->last_error(), HasSubstr("cannot rotate output file"));
  EXPECT_EQ(sink->counters().rotations, 0U);
}

TEST_F(FileSinkTest, RotatesAgainOnceTheFolderLetsIt) {
  options.max_bytes = line_size();
  options.max_backups = 1;
  std::filesystem::create_directory(options.path + ".1");
  const auto sink = open();
  write_each(*sink, {1, 2});
  std::filesystem::remove(options.path + ".1");

  write_each(*sink, {3});
  sink->flush();

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1, 2));
  EXPECT_THAT(seconds_in(), ElementsAre(3));
  EXPECT_THAT(sink->last_error(), IsEmpty());
}

TEST_F(FileSinkTest, ReopensWhatARotatorMovedAway) {
  const auto sink = open();
  write_each(*sink, {1});
  std::filesystem::rename(options.path, options.path + ".old");

  EXPECT_FALSE(sink->reopen());
  write_each(*sink, {2});
  sink->flush();

  EXPECT_THAT(seconds_in(".old"), ElementsAre(1));
  EXPECT_THAT(seconds_in(), ElementsAre(2));
}

TEST_F(FileSinkTest, KeepsTheOldFileWhenItCannotReopen) {
  const auto sink = open();
  std::filesystem::rename(options.path, options.path + ".old");
  std::filesystem::create_directory(options.path);

  const auto error = sink->reopen();
  write_each(*sink, {1});
  sink->flush();

  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("Is a directory"));
  EXPECT_THAT(seconds_in(".old"), ElementsAre(1));
}

TEST_F(FileSinkTest, HoldsWhatAFullDiskRefusesAndFinishesTheCutLine) {
  const auto sink = open();
  {
    const FullDisk disk(line_size() + 10);
    write_each(*sink, {1, 2, 3});
    sink->flush();
    EXPECT_THAT(sink->last_error(), HasSubstr("cannot write to output file"));
    EXPECT_EQ(sink->counters().errors, 1U);
  }

  sink->flush();

  EXPECT_THAT(seconds_in(), ElementsAre(1, 2, 3));
  EXPECT_EQ(sink->counters().events_dropped, 0U);
  EXPECT_THAT(sink->last_error(), IsEmpty());
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
  EXPECT_EQ(last_loss(), (events::Lost{"output", 3, 3 * second}));
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
  EXPECT_THAT(sink->last_error(), HasSubstr("No space left on device"));
}

TEST_F(FileSinkTest, DropsAndSaysSoWhenAFifoIsReadTooSlowly) {
  ASSERT_EQ(::mkfifo(options.path.c_str(), 0600), 0);
  const events::FileDescriptor reader(::open(options.path.c_str(), O_RDONLY | O_NONBLOCK));
  options.max_buffer = 100'000;
  const auto sink = open();

  write_each(*sink, range(1, 5000));

  EXPECT_GT(sink->counters().events_dropped, 0U);
  EXPECT_THAT(sink->last_error(), HasSubstr("is too slow"));
  EXPECT_EQ(sink->counters().events_dropped + sink->counters().events_written, 5000U);
}

TEST_F(FileSinkTest, KnowsThatTheReaderOfAFifoIsGone) {
  ASSERT_EQ(::mkfifo(options.path.c_str(), 0600), 0);
  events::FileDescriptor reader(::open(options.path.c_str(), O_RDONLY | O_NONBLOCK));
  const auto sink = open();
  reader = {};

  write_each(*sink, {1});
  sink->flush();

  EXPECT_TRUE(sink->reader_gone());
}

TEST_F(FileSinkTest, KnowsThatTheReaderOfStandardOutputIsGone) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const int standard_output = ::dup(STDOUT_FILENO);
  ::close(pipe[0]);
  ::dup2(pipe[1], STDOUT_FILENO);
  options.path = "-";
  auto sink = open();

  write_each(*sink, {1});
  sink->flush();
  const bool gone = sink->reader_gone();
  sink.reset();
  ::dup2(standard_output, STDOUT_FILENO);

  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace cnamedrop::output
