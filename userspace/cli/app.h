// SPDX-License-Identifier: Apache-2.0
// The command line: one file a subcommand, each adds its flags and runs.
#pragma once

#include <string_view>

namespace cnamedrop::cli {

// Exit codes, the same for every subcommand.
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;  // of the run: no privileges, target not found, output not writable
inline constexpr int exit_usage = 2;

// Writes the text to standard output, all of it. False if that cannot be done.
bool print(std::string_view text);

// Parses the command line and runs the subcommand that it names. Returns an exit code.
int run(int argc, char** argv);

}  // namespace cnamedrop::cli
