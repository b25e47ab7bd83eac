// SPDX-License-Identifier: Apache-2.0
// Reads a file from outside, as a whole or piece by piece: a policy, a list that another tool printed. Never waits
// without end and never reads without end, whatever the path leads to. Event files are not read here: they have no
// limit of size.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "types/file_descriptor.h"
#include "types/result.h"

namespace cnamedrop::os {

struct InputLimits {
  std::size_t bytes = std::size_t{64} << 20;  // a cluster's `kubectl get -o yaml` fits
  std::chrono::milliseconds silence = std::chrono::seconds(10);
  std::chrono::milliseconds total = std::chrono::minutes(2);
};

// A regular file, or a pipe (named, standard input, a shell's <(command)).
class InputFile {
 public:
  // what: "a policy file", for the errors, which begin with the path.
  static Result<InputFile> open(const std::filesystem::path& path, std::string_view what,
                                const InputLimits& limits = {});

  // Bytes that were read; 0 at the end, or at a problem().
  std::size_t read(char* block, std::size_t size);

  // Why it could not be read to its end, with the path; "" if nothing is wrong.
  const std::string& problem() const { return problem_; }

  // Of a regular file, in bytes; 0 where it is not known.
  std::size_t size() const { return size_; }

 private:
  using Clock = std::chrono::steady_clock;

  InputFile(FileDescriptor file, const std::filesystem::path& path, const InputLimits& limits)
      : file_(std::move(file)), path_(path.string()), limits_(limits), end_(Clock::now() + limits.total) {}

  std::optional<std::string> find_refusal(std::string_view what);
  std::optional<std::string> wait();
  std::string too_large() const { return "is larger than " + std::to_string(limits_.bytes >> 20) + " MiB"; }
  std::size_t fail(const std::string& why);

  FileDescriptor file_;
  std::string path_;
  InputLimits limits_;
  Clock::time_point end_;
  bool may_get_a_writer_ = false;  // a FIFO by name: without a writer it is not at its end, it has not begun
  bool waited_ = false;
  std::size_t size_ = 0;
  std::size_t read_ = 0;
  std::string problem_;
};

// All of it.
Result<std::string> read_input_file(const std::filesystem::path& path, std::string_view what,
                                    const InputLimits& limits = {});

}  // namespace cnamedrop::os
