// SPDX-License-Identifier: Apache-2.0
// A blocked signal stays pending even where it is ignored, as SIGINT is in the background jobs of a script.
#include "trace/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace cnamedrop::trace {

Signals::Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &before_);
  descriptor_ = FileDescriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

Signals::~Signals() {
  // One that came too late must not kill a process that has done its work.
  while (next()) continue;
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::next() const {
  signalfd_siginfo signal{};
  if (::read(descriptor_.get(), &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return static_cast<int>(signal.ssi_signo);
}

}  // namespace cnamedrop::trace
