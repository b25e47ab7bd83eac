// SPDX-License-Identifier: Apache-2.0
// Every kind of file that standard output can be, with a reader that does not read. A write that waited would hang the
// test until ctest ends it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "temp_tree.h"
#include "types/output_descriptor.h"

namespace cnamedrop {
namespace {

constexpr std::size_t more_than_any_buffer = 64 << 20;

struct Ends {
  FileDescriptor reader;
  FileDescriptor writer;
};

Ends ends_of(const int (&fds)[2]) { return {FileDescriptor(fds[0]), FileDescriptor(fds[1])}; }

Ends make_pipe() {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::pipe(fds), 0);
  return ends_of(fds);
}

bool blocks(const FileDescriptor& file) { return (::fcntl(file.get(), F_GETFL) & O_NONBLOCK) == 0; }

// Writes until nothing more is taken; the errno that says so, or 0 if there was no end.
int fill(const OutputDescriptor& output) {
  const std::string chunk(8192, 'x');
  for (std::size_t written = 0; written < more_than_any_buffer;) {
    const ssize_t wrote = output.write(chunk);
    if (wrote < 0) return errno;
    written += static_cast<std::size_t>(wrote);
  }
  return 0;
}

using OutputDescriptorTest = TempTree;

TEST_F(OutputDescriptorTest, AFullPipeIsNotWaitedFor) {
  const Ends pipe = make_pipe();

  EXPECT_EQ(fill(OutputDescriptor::shared(pipe.writer.get())), EAGAIN);
  EXPECT_TRUE(blocks(pipe.writer)) << "other processes write to it too";
}

TEST_F(OutputDescriptorTest, AFullPipeThatIsNotOursIsNotWaitedFor) {
  const Ends pipe = make_pipe();
  ASSERT_EQ(::fchmod(pipe.writer.get(), 0), 0);
  const uid_t user = ::geteuid();
  ASSERT_EQ(::seteuid(user == 0 ? 65534 : user), 0);
  const OutputDescriptor output = OutputDescriptor::shared(pipe.writer.get());
  ASSERT_EQ(::seteuid(user), 0);

  EXPECT_EQ(fill(output), EAGAIN);
  EXPECT_TRUE(blocks(pipe.writer));
}

TEST_F(OutputDescriptorTest, AFullFifoIsNotWaitedFor) {
  const std::string path = root() / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const FileDescriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
  const FileDescriptor writer(::open(path.c_str(), O_WRONLY));

  EXPECT_EQ(fill(OutputDescriptor::shared(writer.get())), EAGAIN);
  EXPECT_TRUE(blocks(writer));
}

TEST_F(OutputDescriptorTest, AFullSocketIsNotWaitedFor) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  const Ends sockets = ends_of(fds);

  EXPECT_EQ(fill(OutputDescriptor::shared(sockets.writer.get())), EAGAIN);
  EXPECT_TRUE(blocks(sockets.writer));
}

TEST_F(OutputDescriptorTest, ATerminalThatStoppedIsNotWaitedFor) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::openpty(&fds[0], &fds[1], nullptr, nullptr, nullptr), 0);
  const Ends terminal = ends_of(fds);

  EXPECT_EQ(fill(OutputDescriptor::shared(terminal.writer.get())), EAGAIN);
  EXPECT_TRUE(blocks(terminal.writer));
}

TEST_F(OutputDescriptorTest, ARegularFileIsWrittenWhereItsPositionIs) {
  const std::filesystem::path path = file("out");
  const FileDescriptor shell(::open(path.c_str(), O_WRONLY));
  ASSERT_EQ(::write(shell.get(), "before ", 7), 7);

  EXPECT_EQ(OutputDescriptor::shared(shell.get()).write("ours "), 5);
  EXPECT_EQ(::write(shell.get(), "after", 5), 5);

  std::string text;
  std::getline(std::ifstream(path), text);
  EXPECT_EQ(text, "before ours after");
}

TEST_F(OutputDescriptorTest, AReaderThatIsGoneIsAnError) {
  std::signal(SIGPIPE, SIG_IGN);
  Ends pipe = make_pipe();
  pipe.reader = {};

  EXPECT_EQ(OutputDescriptor::shared(pipe.writer.get()).write("x"), -1);
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(OutputDescriptorTest, AClosedDescriptorIsAnError) {
  EXPECT_EQ(OutputDescriptor::shared(-1).write("x"), -1);
  EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace cnamedrop
