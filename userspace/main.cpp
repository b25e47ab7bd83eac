// SPDX-License-Identifier: Apache-2.0
// The program's entry: one place where what start-up may throw is caught. Everything else is in cli/.
#include <cstdio>
#include <exception>

#include "cli/app.h"

int main(int argc, char** argv) {
  try {
    return cnamedrop::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cnamedrop: %s\n", error.what());
    return cnamedrop::cli::exit_failure;
  }
}
