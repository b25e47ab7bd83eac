// SPDX-License-Identifier: Apache-2.0
// A file that grows, is rotated and is cut while it is read.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "event_files/event_follower.h"
#include "event_files/file_sink.h"
#include "events/event_json.h"
#include "events_examples.h"
#include "temp_tree.h"

namespace cnamedrop::event_files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

// An event that is known by its count.
events::Event numbered(std::uint64_t number) {
  events::Event event = events::examples::lost();
  std::get<events::Lost>(event.observation.what).count = number;
  return event;
}

std::string line(std::uint64_t number) {
  std::string text;
  events::append_json(text, numbered(number));
  return text;
}

class Following : public TempTree {
 protected:
  std::string path() const { return root() / "events.jsonl"; }
  std::string backup(unsigned number) const { return backup_name(path(), number); }
  EventFollower opened(const StreamOptions& options = {.backups = false}) const {
    return std::move(*EventFollower::open(path(), options));
  }
  void write(const std::string& file, const std::string& text) const { std::ofstream(file, std::ios::app) << text; }
};

// What can be read now.
std::vector<std::uint64_t> read(EventFollower& follower) {
  std::vector<std::uint64_t> numbers;
  while (const auto event = follower.next()) numbers.push_back(std::get<events::Lost>(event->observation.what).count);
  return numbers;
}

TEST_F(Following, ReadsWhatWasAppended) {
  write(path(), line(1));
  EventFollower follower = opened();
  EXPECT_THAT(read(follower), ElementsAre(1));
  EXPECT_THAT(read(follower), IsEmpty());
  write(path(), line(2));
  EXPECT_THAT(read(follower), ElementsAre(2));
}

TEST_F(Following, WaitsForTheRestOfALine) {
  write(path(), line(1).substr(0, 20));
  EventFollower follower = opened();
  EXPECT_THAT(read(follower), IsEmpty());
  write(path(), line(1).substr(20));
  EXPECT_THAT(read(follower), ElementsAre(1));
  EXPECT_EQ(follower.skipped(), 0U);
}

TEST_F(Following, GoesOnInTheNewFileAfterARotation) {
  write(path(), line(1));
  EventFollower follower = opened();
  read(follower);
  write(path(), line(2));
  fs::rename(path(), backup(1));
  EXPECT_THAT(read(follower), ElementsAre(2));
  write(backup(1), line(3));  // its writer has not turned to the new file yet
  write(path(), line(4));
  EXPECT_THAT(read(follower), ElementsAre(3, 4));
}

TEST_F(Following, LeavesOutNoFileOfSeveralRotations) {
  write(path(), line(1));
  EventFollower follower = opened();
  read(follower);
  fs::rename(path(), backup(3));
  write(backup(2), line(2));
  write(backup(1), line(3));
  write(path(), line(4));
  EXPECT_THAT(read(follower), ElementsAre(2, 3, 4));
}

TEST_F(Following, FollowsTheRotationOfTheTraceItself) {
  const auto sink = std::move(*FileSink::open({path(), line(1).size() * 2, {}, 5}));
  sink->write(numbered(1));
  sink->flush();
  EventFollower follower = opened();
  for (std::uint64_t number = 2; number <= 7; ++number) sink->write(numbered(number));
  sink->flush();
  EXPECT_THAT(read(follower), ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(Following, BeginsAnewInAFileThatWasEmptied) {
  write(path(), line(1) + line(2));
  EventFollower follower = opened();
  read(follower);
  fs::resize_file(path(), 0);
  write(path(), line(3));
  EXPECT_THAT(read(follower), ElementsAre(3));
}

TEST_F(Following, CountsTheCutLineOfAFileThatIsDone) {
  write(path(), line(1) + line(2).substr(0, 20));
  EventFollower follower = opened();
  read(follower);
  fs::rename(path(), backup(1));
  write(path(), line(3) + "no event\n");
  EXPECT_THAT(read(follower), ElementsAre(3));
  EXPECT_EQ(follower.skipped(), 2U);
  EXPECT_EQ(follower.lines(), 4U);
  EXPECT_EQ(follower.problems().size(), 2U);
}

TEST_F(Following, BeginsWithTheOldestBackup) {
  write(backup(2), line(1));
  write(backup(1), line(2));
  write(path(), line(3));
  EventFollower follower = opened({});
  EXPECT_THAT(read(follower), ElementsAre(1, 2, 3));
  write(path(), line(4));
  EXPECT_THAT(read(follower), ElementsAre(4));
}

TEST_F(Following, AFileThatIsNotThereIsAnError) { EXPECT_FALSE(EventFollower::open(path(), {})); }

}  // namespace
}  // namespace cnamedrop::event_files
