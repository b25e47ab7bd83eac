// SPDX-License-Identifier: Apache-2.0
// Owns one file descriptor. Not a file: reading and writing are system calls of whoever holds it.
#pragma once

#include <unistd.h>

#include <utility>

namespace cnamedrop {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  void reset() {
    if (fd_ > STDERR_FILENO) ::close(fd_);  // the standard streams belong to the process
    fd_ = -1;
  }

  int fd_ = -1;
};

}  // namespace cnamedrop
