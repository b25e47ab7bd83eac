// SPDX-License-Identifier: Apache-2.0
// A container of our own mounts the host's directories elsewhere: every root is an argument.
#include "cli/roots_options.h"

#include <CLI/CLI.hpp>

namespace cnamedrop::cli {

void add_roots_options(CLI::App& command, pods::Roots& roots) {
  const char* group = "Where the node's files are";
  command.add_option("--cgroup-root", roots.cgroup, "cgroup v2 mount [found in mountinfo]")->group(group);
  command.add_option("--proc", roots.proc, "proc mount")->group(group)->capture_default_str();
  command.add_option("--pod-logs", roots.pod_logs, "the kubelet's log directory")->group(group)->capture_default_str();
}

}  // namespace cnamedrop::cli
