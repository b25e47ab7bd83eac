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

bool is_regular(const FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

// The very file, not a link that leads to it.
bool is_at(const std::string& path, const FileDescriptor& file) {
  struct stat there {};
  struct stat ours {};
  if (::lstat(path.c_str(), &there) != 0 || ::fstat(file.get(), &ours) != 0) return false;
  return there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

}  // namespace

ReadyFile::ReadyFile(std::string path) : path_(std::move(path)), done_(path_.empty()) {}

ReadyFile::~ReadyFile() {
  if (written_ && is_at(path_, written_)) ::unlink(path_.c_str());
}

std::optional<Error> ReadyFile::announce() {
  if (done_) return std::nullopt;
  const std::string text = std::to_string(::getpid()) + '\n';
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  FileDescriptor file(::open(path_.c_str(), flags, 0666));
  if (!file && errno == ENXIO && is_fifo(path_)) return std::nullopt;
  const bool written = file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (file && !written && error == EAGAIN) return std::nullopt;
  done_ = true;
  if (file && is_regular(file)) written_ = std::move(file);  // on a full disk too: it was made
  if (written) return std::nullopt;
  return Error{"ready file " + path_ + " cannot be written: " + std::strerror(error)};
}

}  // namespace cnamedrop::trace
