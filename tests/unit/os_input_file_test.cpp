// SPDX-License-Identifier: Apache-2.0
// What a path may lead to: files, pipes with and without a writer, devices, sockets.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "os/input_file.h"
#include "temp_tree.h"
#include "types/file_descriptor.h"

namespace cnamedrop::os {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;

constexpr InputLimits impatient{.bytes = std::size_t{1} << 20, .silence = milliseconds(20)};

std::string error_of(const std::filesystem::path& path) {
  return read_input_file(path, "a policy file", impatient).error().message;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    reader = FileDescriptor(ends[0]);
    writer = FileDescriptor(ends[1]);
  }
  std::string path() const { return "/dev/fd/" + std::to_string(reader.get()); }
  void write(const std::string& text) const { ASSERT_EQ(::write(writer.get(), text.data(), text.size()), text.size()); }

  FileDescriptor reader;
  FileDescriptor writer;
};

class InputFile : public TempTree {
 protected:
  std::filesystem::path fifo() const {
    EXPECT_EQ(::mkfifo((root() / "fifo").c_str(), 0600), 0);
    return root() / "fifo";
  }
};

TEST_F(InputFile, RegularFileIsReadWhole) {
  const std::string content(300'000, 'x');
  EXPECT_EQ(*read_input_file(file("p.yaml", content), "a policy file"), content);
  EXPECT_EQ(*read_input_file(file("empty.yaml"), "a policy file"), "");
}

TEST_F(InputFile, FileOfTheKernelWhoseSizeIsZeroIsReadWhole) {
  EXPECT_THAT(*read_input_file("/proc/self/status", "a policy file"), testing::HasSubstr("Name:"));
}

TEST_F(InputFile, LargestSizeIsRead) {
  EXPECT_EQ(read_input_file(file("p", std::string(1 << 20, 'x')), "a policy file", impatient)->size(), 1U << 20);
  EXPECT_THAT(error_of(file("p", std::string((1 << 20) + 1, 'x'))), EndsWith("p: is larger than 1 MiB"));
}

TEST_F(InputFile, SixtyFourMebibytesAreTheLimit) {
  const std::filesystem::path sparse = file("sparse");
  std::filesystem::resize_file(sparse, (std::size_t{64} << 20) + 1);
  EXPECT_THAT(read_input_file(sparse, "a policy file").error().message, EndsWith("sparse: is larger than 64 MiB"));
}

TEST_F(InputFile, PipeIsReadToItsEnd) {
  Pipe pipe;
  pipe.write("kind: x\n");
  pipe.writer = {};
  EXPECT_EQ(*read_input_file(pipe.path(), "a policy file", impatient), "kind: x\n");
}

TEST_F(InputFile, PipeWhoseWriterLeftWithoutAWordIsEmpty) {
  Pipe pipe;
  pipe.writer = {};
  EXPECT_EQ(*read_input_file(pipe.path(), "a policy file", impatient), "");
}

TEST_F(InputFile, PipeWhoseWriterIsSilentIsGivenUp) {
  Pipe pipe;
  pipe.write("kind: x\n");
  EXPECT_EQ(error_of(pipe.path()), pipe.path() + ": no data came within 20 ms");
}

TEST_F(InputFile, FifoWithoutAWriterIsGivenUp) {
  EXPECT_THAT(error_of(fifo()), EndsWith("fifo: no data came within 20 ms"));
}

TEST_F(InputFile, FifoIsReadUntilItsWriterLeaves) {
  const std::filesystem::path path = fifo();
  const FileDescriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
  FileDescriptor writer(::open(path.c_str(), O_WRONLY));
  ASSERT_EQ(::write(writer.get(), "abc", 3), 3);
  writer = {};
  EXPECT_EQ(*read_input_file(path, "a policy file", impatient), "abc");
}

TEST_F(InputFile, OtherHoldersOfThePipeKeepTheirMode) {
  Pipe pipe;
  pipe.writer = {};
  ASSERT_TRUE(read_input_file(pipe.path(), "a policy file", impatient));
  EXPECT_EQ(::fcntl(pipe.reader.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(InputFile, WhatIsNoFileIsNamed) {
  EXPECT_EQ(error_of("/dev/zero"), "/dev/zero: is a device, not a policy file");
  EXPECT_EQ(error_of(root()), root().string() + ": is a directory, not a policy file");
  EXPECT_THAT(error_of(root() / "absent"), EndsWith("absent: No such file or directory"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (root() / "s").string();
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(error_of(path), path + ": is a socket, not a policy file");
}

}  // namespace
}  // namespace cnamedrop::os
