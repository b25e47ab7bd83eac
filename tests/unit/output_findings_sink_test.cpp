// SPDX-License-Identifier: Apache-2.0
// What is shown while a trace runs, to readers that are slow or gone.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <string>

#include "output/findings_sink.h"

namespace cnamedrop::output {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr int pipe_bytes = 4096;
constexpr int more_than_is_held = 2000;

events::Event loss() {
  events::Event event;
  event.observation.what = events::Lost{"dns_tcp", 1, {}};
  return event;
}

class FindingsSinkTest : public ::testing::Test {
 protected:
  FindingsSinkTest() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
    reader = FileDescriptor(fds[0]);
    writer = FileDescriptor(fds[1]);
    ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(writer.get(), F_SETPIPE_SZ, pipe_bytes);
  }

  // What the reader can read now.
  std::string read_all() const {
    std::string text(pipe_bytes, '\0');
    const ssize_t got = ::read(reader.get(), text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

  // Everything that a reader gets who reads from now on.
  std::string drain(FindingsSink& sink) const {
    std::string all;
    for (std::string more = read_all(); !more.empty(); more = read_all()) {
      all += more;
      sink.flush();
    }
    return all;
  }

  static void write(FindingsSink& sink, int count) {
    for (int number = 0; number < count; ++number) sink.write(loss());
  }

  FileDescriptor reader;
  FileDescriptor writer;
};

std::string line() {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::pipe(fds), 0);
  const FileDescriptor reader(fds[0]);
  const FileDescriptor writer(fds[1]);
  FindingsSink sink(writer.get());
  sink.write(loss());
  sink.flush();
  char text[1024];
  return {text, static_cast<std::size_t>(::read(reader.get(), text, sizeof text))};
}

TEST_F(FindingsSinkTest, AReaderThatStallsGetsEveryLineWholeInTheEnd) {
  FindingsSink sink(writer.get());
  write(sink, 100);
  sink.flush();
  EXPECT_GT(sink.unwritten(), 0U);

  std::string expected;
  for (int number = 0; number < 100; ++number) expected += line();
  EXPECT_EQ(drain(sink), expected);
  EXPECT_EQ(sink.unwritten(), 0U);
}

TEST_F(FindingsSinkTest, WhatAReaderThatStallsDoesNotGetIsCountedAndSaid) {
  FindingsSink sink(writer.get());
  write(sink, more_than_is_held);
  sink.flush();
  EXPECT_EQ(sink.unwritten(), more_than_is_held - pipe_bytes / line().size());

  EXPECT_THAT(drain(sink), EndsWith(" more\n"));
}

TEST_F(FindingsSinkTest, KnowsThatItsReaderIsGone) {
  FindingsSink sink(writer.get());
  reader = {};
  write(sink, 1);
  sink.flush();

  EXPECT_TRUE(sink.reader_gone());
}

TEST_F(FindingsSinkTest, SaysThatADiskIsFull) {
  const FileDescriptor full(::open("/dev/full", O_WRONLY));
  FindingsSink sink(full.get());
  write(sink, 1);
  sink.flush();

  EXPECT_THAT(sink.problem(), HasSubstr("No space left on device"));
  EXPECT_EQ(sink.unwritten(), 1U);
}

}  // namespace
}  // namespace cnamedrop::output
