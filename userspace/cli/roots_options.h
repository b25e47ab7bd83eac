// SPDX-License-Identifier: Apache-2.0
// The flags that say where the node's files are, for the subcommands that read them.
#pragma once

#include "pods/target.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

// Adds --cgroup-root, --proc and --pod-logs; roots must outlive the parse.
void add_roots_options(CLI::App& command, pods::Roots& roots);

}  // namespace cnamedrop::cli
