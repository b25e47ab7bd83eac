// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP as something that a loop can poll: they never interrupt what it does.
#pragma once

#include <csignal>
#include <optional>

#include "types/file_descriptor.h"

namespace cnamedrop::trace {

class Signals {
 public:
  // Blocks the signals for the life of the object, so everything that may wait must wait for fd() as well.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable while a signal waits.
  int fd() const { return descriptor_.get(); }

  // The next signal that came; nothing if there is none.
  std::optional<int> next() const;

 private:
  sigset_t before_{};
  FileDescriptor descriptor_;
};

}  // namespace cnamedrop::trace
