// SPDX-License-Identifier: Apache-2.0
// Reads a small file from outside as a whole: a policy, a list that another tool printed. Never waits without end and
// never reads without end, whatever the path leads to. Event files are not read here: they have no limit of size.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "types/result.h"

namespace cnamedrop::os {

struct InputLimits {
  std::size_t bytes = std::size_t{64} << 20;  // a cluster's `kubectl get -o yaml` fits
  std::chrono::milliseconds silence = std::chrono::seconds(10);
  std::chrono::milliseconds total = std::chrono::minutes(2);
};

// A regular file, or a pipe (named, standard input, a shell's <(command)). what: "a policy file", for the errors, which
// begin with the path.
Result<std::string> read_input_file(const std::filesystem::path& path, std::string_view what,
                                    const InputLimits& limits = {});

}  // namespace cnamedrop::os
