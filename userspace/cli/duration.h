// SPDX-License-Identifier: Apache-2.0
// How a length of time is written on the command line.
#pragma once

#include <optional>
#include <string>

#include "types/time.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cnamedrop::cli {

// "30s", "5m", "1.5h", "500ms", or plain seconds; at most 1e9 seconds. Nothing for any other text.
std::optional<Duration> parse_duration(const std::string& text);

// An option that takes such a text.
CLI::Option* add_duration(CLI::App& command, const std::string& name, Duration& to, const std::string& help);

}  // namespace cnamedrop::cli
