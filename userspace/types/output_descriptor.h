// SPDX-License-Identifier: Apache-2.0
// Writes to a descriptor and never waits for whoever reads it: a stalled reader must not keep a signal waiting.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "types/file_descriptor.h"

namespace cnamedrop {

class OutputDescriptor {
 public:
  OutputDescriptor() = default;

  // A file that was opened with O_NONBLOCK, for this object alone.
  explicit OutputDescriptor(FileDescriptor own) : descriptor_(std::move(own)) {}

  // Standard output or standard error, which other processes may write to as well: the flags of the open file stay as
  // they are, and so does fd.
  static OutputDescriptor shared(int fd);

  // As write(2), but fails with EAGAIN where that would wait.
  ssize_t write(std::string_view data) const;

  const FileDescriptor& descriptor() const { return descriptor_; }

 private:
  enum class Method : std::uint8_t { Write, Send, PollThenWrite };

  OutputDescriptor(FileDescriptor own, Method method) : descriptor_(std::move(own)), method_(method) {}

  FileDescriptor descriptor_;
  Method method_ = Method::Write;
};

}  // namespace cnamedrop
