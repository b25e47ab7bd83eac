// SPDX-License-Identifier: Apache-2.0
// From what the user named (a cgroup, a process, a pod, a container) to the one cgroup v2 directory to trace.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

#include "pods/pod.h"
#include "types/result.h"

namespace cnamedrop::pods {

// Where the node's files are; tests and containers with host mounts put them elsewhere.
struct Roots {
  std::filesystem::path cgroup;  // the cgroup v2 mount; empty: find it in <proc>/self/mountinfo
  std::filesystem::path proc = "/proc";
  std::filesystem::path pod_logs = "/var/log/pods";
};

// A directory below the cgroup v2 mount, or a path relative to the cgroup root, with or without leading slash.
struct ByCgroup {
  std::filesystem::path path;
};
// The cgroup that the process is in; it is not widened to its pod.
struct ByPid {
  pid_t pid = 0;
};
// The pod's own cgroup, over all its containers. Dashes or underscores.
struct ByPodUid {
  std::string uid;
};
// The full id, or a prefix of at least 6 characters that only one container has.
struct ByContainerId {
  std::string id;
};
using TargetSpec = std::variant<ByCgroup, ByPid, ByPodUid, ByContainerId>;

struct Target {
  std::filesystem::path path;   // the directory, absolute, links resolved
  std::string cgroup_path;      // relative to the cgroup root, with a leading slash; "/" is the root
  std::uint64_t cgroup_id = 0;  // the directory's inode number
  int level = 0;                // components below the root, as cgroup.level in the kernel; 0 is the root
  Pod pod;                      // only cgroup_path when the target is no pod
};

// The directory of the host's cgroup v2 hierarchy: Roots::cgroup, else the first cgroup2 mount that shows the true
// root (on hybrid hosts /sys/fs/cgroup/unified). Fails when there is none, and when only a part of the hierarchy is
// mounted, since the level of a cgroup in the kernel is then unknown.
Result<std::filesystem::path> find_cgroup2(const Roots& roots);

// Finds the cgroup that the spec names. The error says which of these it was: there is no such cgroup, process, pod or
// container; it is no cgroup v2 directory; it cannot be read; several match.
Result<Target> resolve(const TargetSpec& spec, const Roots& roots);

}  // namespace cnamedrop::pods
