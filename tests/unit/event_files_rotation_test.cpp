// SPDX-License-Identifier: Apache-2.0
// Rotation by size and age, and reopening for a rotator: no line is split and none is lost without being counted.
#include <gmock/gmock.h>

#include "file_sink_fixture.h"

namespace cnamedrop::event_files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
  options.max_age = 10 * second;
  write_each(*open(), {1, 10, 11, 12});

  EXPECT_THAT(seconds_in(".1"), ElementsAre(1, 10));
  EXPECT_THAT(seconds_in(), ElementsAre(11, 12));
}

TEST_F(FileSinkTest, CountsTheAgeOfAFileThatItAppendsTo) {
  options.max_age = 10 * second;
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
  EXPECT_THAT(sink->problem(), HasSubstr("cannot rotate output file"));
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
  EXPECT_THAT(sink->problem(), IsEmpty());
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

}  // namespace
}  // namespace cnamedrop::event_files
