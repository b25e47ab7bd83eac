// SPDX-License-Identifier: Apache-2.0
// The ready file, as a file and as a FIFO.
#include <fcntl.h>
#include <sys/stat.h>

#include "trace_fixture.h"

namespace cnamedrop::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string process_id() { return std::to_string(::getpid()) + '\n'; }

std::string text_of(const FileDescriptor& file) {
  char text[64];
  const ssize_t got = ::read(file.get(), text, sizeof text);
  return {text, static_cast<std::size_t>(got < 0 ? 0 : got)};
}

class ReadyFileTest : public LoopTest {
 protected:
  ReadyFileTest() { options.ready_file = root() / "ready"; }

  bool exists() const { return std::filesystem::exists(options.ready_file); }
  FileDescriptor open_reader() const {
    return FileDescriptor(::open(options.ready_file.c_str(), O_RDONLY | O_NONBLOCK));
  }
  // Does so at the numbers of read(), from 1 on; the trace ends at the last.
  void at_reads(std::map<int, std::function<void()>> actions) {
    source.on_read = [this, actions = std::move(actions), reads = 0]() mutable {
      ++reads;
      if (const auto found = actions.find(reads); found != actions.end()) found->second();
      source.target_gone = reads >= actions.rbegin()->first;
    };
  }
};

TEST_F(ReadyFileTest, IsThereFromTheFirstReadToTheEnd) {
  std::vector<bool> there;
  at_reads({{1, [&] { there.push_back(exists()); }}, {2, [&] { there.push_back(exists()); }}});
  std::string text;
  source.on_detach = [&] { text = text_of(open_reader()); };
  run();

  EXPECT_THAT(there, ElementsAre(false, true));
  EXPECT_EQ(text, process_id());
  EXPECT_FALSE(exists());
}

TEST_F(ReadyFileTest, TheStartIsInTheRecordBefore) {
  std::size_t written = 0;
  at_reads({{2, [&] { written = sink.flushed; }}});
  run();

  EXPECT_EQ(written, 1U);
}

TEST_F(ReadyFileTest, AFifoThatNobodyReadsIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(options.ready_file.c_str(), 0600), 0);
  source.on_read = [reads = 0]() mutable {
    if (++reads == 3) send(SIGTERM);
  };

  EXPECT_EQ(run().why, "signal");
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(ReadyFileTest, TheReaderOfAFifoMayComeLate) {
  ASSERT_EQ(::mkfifo(options.ready_file.c_str(), 0600), 0);
  FileDescriptor reader;
  at_reads({{3, [&] { reader = open_reader(); }}, {5, [] {}}});
  run();

  EXPECT_EQ(text_of(reader), process_id()) << "once";
}

TEST_F(ReadyFileTest, AFifoBelongsToWhoeverMadeIt) {
  ASSERT_EQ(::mkfifo(options.ready_file.c_str(), 0600), 0);
  FileDescriptor reader = open_reader();
  at_reads({{2, [] {}}});
  run();

  EXPECT_EQ(text_of(reader), process_id());
  EXPECT_TRUE(exists());
}

TEST_F(ReadyFileTest, WhatTookItsPlaceIsNotRemoved) {
  const std::string other = root() / "other";
  at_reads({{2,
             [&] {
               ASSERT_EQ(::rename(options.ready_file.c_str(), other.c_str()), 0);
               file("ready", "of another trace");
             }},
            {3, [] {}}});
  run();

  EXPECT_TRUE(exists());
}

TEST_F(ReadyFileTest, AFileThatATraceLeftBehindIsWrittenAnewAndRemoved) {
  file("ready", "1\n and more than a process id\n");
  std::string text;
  source.on_detach = [&] { text = text_of(open_reader()); };
  at_reads({{2, [] {}}});
  run();

  EXPECT_EQ(text, process_id());
  EXPECT_FALSE(exists());
}

TEST_F(ReadyFileTest, SaysOnceThatItCannotBeWritten) {
  options.ready_file = root() / "no" / "such";
  at_reads({{3, [] {}}});
  run();

  EXPECT_THAT(said, ElementsAre(HasSubstr("cannot be written: No such file or directory")));
}

TEST_F(ReadyFileTest, ADeviceIsNotRemoved) {
  link("ready", "/dev/null");
  at_reads({{1, [] {}}});
  run();

  EXPECT_TRUE(std::filesystem::is_symlink(options.ready_file));
}

}  // namespace
}  // namespace cnamedrop::trace
