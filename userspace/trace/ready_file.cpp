// SPDX-License-Identifier: Apache-2.0
// To open a FIFO for writing waits for a reader, which may never come; with O_NONBLOCK it fails instead.
#include "trace/ready_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "types/file_descriptor.h"

namespace cnamedrop::trace {
namespace {

bool is_fifo(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

// Not a device, nor a link that leads to one: /dev/stdout stays where it is.
bool may_be_removed(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode));
}

}  // namespace

ReadyFile::ReadyFile(std::string path) : path_(std::move(path)), done_(path_.empty()) {}

ReadyFile::~ReadyFile() {
  if (may_be_removed(path_)) ::unlink(path_.c_str());
}

std::optional<Error> ReadyFile::announce() {
  if (done_) return std::nullopt;
  const std::string text = std::to_string(::getpid()) + '\n';
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const FileDescriptor file(::open(path_.c_str(), flags, 0666));
  if (!file && errno == ENXIO && is_fifo(path_)) return std::nullopt;
  if (file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
    done_ = true;
    return std::nullopt;
  }
  if (file && errno == EAGAIN) return std::nullopt;
  done_ = true;
  return Error{"ready file " + path_ + " cannot be written: " + std::strerror(errno)};
}

}  // namespace cnamedrop::trace
