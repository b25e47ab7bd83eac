// SPDX-License-Identifier: Apache-2.0
// Everything is opened without blocking: open() of a FIFO would wait for a writer.
#include "os/input_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "types/file_descriptor.h"

namespace cnamedrop::os {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t block_bytes = std::size_t{64} << 10;

std::string text_of(int error_number) { return std::generic_category().message(error_number); }

std::string seconds_text(milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

class Input {
 public:
  Input(FileDescriptor file, const InputLimits& limits)
      : file_(std::move(file)), limits_(limits), end_(Clock::now() + limits.total) {}

  // Why the file is not one to read, before anything is read.
  std::optional<std::string> refusal(std::string_view what);

  // Why it could not be read to its end.
  std::optional<std::string> read_all();

  std::string content;

 private:
  std::string too_large() const { return "is larger than " + std::to_string(limits_.bytes >> 20) + " MiB"; }

  // Why no data came. Nothing: there is some, or the end of the file.
  std::optional<std::string> wait();

  FileDescriptor file_;
  InputLimits limits_;
  Clock::time_point end_;
  bool may_get_a_writer_ = false;  // a FIFO by name: without a writer it is not at its end, it has not begun
};

std::optional<std::string> Input::refusal(std::string_view what) {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return text_of(errno);
  const auto is_a = [&](const char* kind) { return std::string("is a ") + kind + ", not " + std::string(what); };
  if (S_ISDIR(status.st_mode)) return is_a("directory");
  if (S_ISREG(status.st_mode)) {
    if (status.st_size > 0 && static_cast<std::size_t>(status.st_size) > limits_.bytes) return too_large();
    content.reserve(static_cast<std::size_t>(status.st_size));
    return std::nullopt;
  }
  if (!S_ISFIFO(status.st_mode)) return is_a("device");
  struct statfs system {};
  may_get_a_writer_ = ::fstatfs(file_.get(), &system) != 0 || system.f_type != PIPEFS_MAGIC;
  return std::nullopt;
}

std::optional<std::string> Input::wait() {
  const Clock::time_point silent_until = Clock::now() + limits_.silence;
  const Clock::time_point until = std::min(silent_until, end_);
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left.count() <= 0) break;
    pollfd watched{file_.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(left.count()));
    if (ready > 0) return std::nullopt;
    if (ready < 0 && errno != EINTR) return text_of(errno);
  }
  if (silent_until <= end_) return "no data came within " + seconds_text(limits_.silence);
  return "its end did not come within " + seconds_text(limits_.total);
}

std::optional<std::string> Input::read_all() {
  bool waited = false;
  while (true) {
    if (content.size() > limits_.bytes) return too_large();
    if (Clock::now() >= end_) return "its end did not come within " + seconds_text(limits_.total);
    char block[block_bytes];
    const ssize_t got = ::read(file_.get(), block, sizeof(block));
    if (got > 0) {
      content.append(block, static_cast<std::size_t>(got));
      continue;
    }
    const bool must_wait = got < 0 ? errno == EAGAIN : content.empty() && may_get_a_writer_ && !waited;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && !must_wait) return text_of(errno);
    if (!must_wait) return std::nullopt;
    if (std::optional<std::string> nothing = wait()) return nothing;
    waited = true;
  }
}

}  // namespace

Result<std::string> read_input_file(const std::filesystem::path& path, std::string_view what,
                                    const InputLimits& limits) {
  const auto failed = [&](const std::string& why) { return Error{path.string() + ": " + why}; };
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return failed(errno == ENXIO ? "is a socket, not " + std::string(what) : text_of(errno));
  Input input(std::move(file), limits);
  if (const std::optional<std::string> refused = input.refusal(what)) return failed(*refused);
  if (const std::optional<std::string> problem = input.read_all()) return failed(*problem);
  return std::move(input.content);
}

}  // namespace cnamedrop::os
