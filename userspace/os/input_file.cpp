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
#include <system_error>

namespace cnamedrop::os {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t block_bytes = std::size_t{64} << 10;

std::string text_of(int error_number) { return std::generic_category().message(error_number); }

std::string seconds_text(milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

}  // namespace

Result<InputFile> InputFile::open(const std::filesystem::path& path, std::string_view what, const InputLimits& limits) {
  const auto failed = [&](const std::string& why) { return Error{path.string() + ": " + why}; };
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return failed(errno == ENXIO ? "is a socket, not " + std::string(what) : text_of(errno));
  InputFile input(std::move(file), path, limits);
  if (const std::optional<std::string> refused = input.find_refusal(what)) return failed(*refused);
  return input;
}

// Why the file is not one to read, before anything is read.
std::optional<std::string> InputFile::find_refusal(std::string_view what) {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return text_of(errno);
  const auto is_a = [&](const char* kind) { return std::string("is a ") + kind + ", not " + std::string(what); };
  if (S_ISDIR(status.st_mode)) return is_a("directory");
  if (S_ISREG(status.st_mode)) {
    size_ = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
    return size_ > limits_.bytes ? std::optional(too_large()) : std::nullopt;
  }
  if (!S_ISFIFO(status.st_mode)) return is_a("device");
  struct statfs system {};
  may_get_a_writer_ = ::fstatfs(file_.get(), &system) != 0 || system.f_type != PIPEFS_MAGIC;
  return std::nullopt;
}

// Why no data came. Nothing: there is some, or the end of the file.
std::optional<std::string> InputFile::wait() {
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

std::size_t InputFile::fail(const std::string& why) {
  problem_ = path_ + ": " + why;
  return 0;
}

std::size_t InputFile::read(char* block, std::size_t size) {
  while (problem_.empty()) {
    if (read_ > limits_.bytes) return fail(too_large());
    if (Clock::now() >= end_) return fail("its end did not come within " + seconds_text(limits_.total));
    const ssize_t got = ::read(file_.get(), block, size);
    if (got > 0) {
      read_ += static_cast<std::size_t>(got);
      if (read_ > limits_.bytes) return fail(too_large());
      return static_cast<std::size_t>(got);
    }
    const bool must_wait = got < 0 ? errno == EAGAIN : read_ == 0 && may_get_a_writer_ && !waited_;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && !must_wait) return fail(text_of(errno));
    if (!must_wait) return 0;
    if (std::optional<std::string> nothing = wait()) return fail(*nothing);
    waited_ = true;
  }
  return 0;
}

Result<std::string> read_input_file(const std::filesystem::path& path, std::string_view what,
                                    const InputLimits& limits) {
  Result<InputFile> input = InputFile::open(path, what, limits);
  if (!input) return input.error();
  std::string content;
  content.reserve(input->size());
  char block[block_bytes];
  while (const std::size_t got = input->read(block, sizeof(block))) content.append(block, got);
  if (!input->problem().empty()) return Error{input->problem()};
  return content;
}

}  // namespace cnamedrop::os
