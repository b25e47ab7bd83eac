// SPDX-License-Identifier: Apache-2.0
// O_NONBLOCK belongs to the open file, not to the descriptor: set on standard output it would make the writes of every
// process fail that shares the terminal or the pipe. So a pipe and a terminal are opened once more, through /proc.
#include "types/output_descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace cnamedrop {
namespace {

FileDescriptor reopen(int fd) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return FileDescriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

FileDescriptor duplicate(int fd) { return FileDescriptor(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)); }

}  // namespace

OutputDescriptor OutputDescriptor::shared(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return {};
  if (S_ISSOCK(status.st_mode)) return {duplicate(fd), Method::Send};
  // A regular file takes every write at once, and opened once more it would have a position of its own.
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return {duplicate(fd), Method::Write};
  if (FileDescriptor own = reopen(fd)) return OutputDescriptor(std::move(own));
  return {duplicate(fd), Method::PollThenWrite};
}

ssize_t OutputDescriptor::write(std::string_view data) const {
  if (method_ == Method::Send) return ::send(descriptor_.get(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (method_ == Method::PollThenWrite) {
    // The pipe of another user, or no /proc. A pipe that is ready takes PIPE_BUF bytes, unless somebody else fills it
    // in between: then this write waits for the reader.
    pollfd polled{descriptor_.get(), POLLOUT, 0};
    if (::poll(&polled, 1, 0) == 0) {
      errno = EAGAIN;
      return -1;
    }
    data = data.substr(0, std::min<std::size_t>(data.size(), PIPE_BUF));
  }
  return ::write(descriptor_.get(), data.data(), data.size());
}

}  // namespace cnamedrop
