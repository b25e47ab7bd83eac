// SPDX-License-Identifier: Apache-2.0
// Reads a pod out of a cgroup path. Pure: looks at the text only, never at the file system; names come from pod_logs.h.
#pragma once

#include <string_view>

#include "pods/pod.h"

namespace cnamedrop::pods {

// Fills uid, container_id and runtime from the path shapes that the kubelet's systemd and cgroupfs drivers give to
// containerd, CRI-O and Docker, below whatever prefix. Where pods nest (a node that is itself a container), the
// innermost pod is the one. A path of no pod comes back with only cgroup_path.
Pod identify(std::string_view cgroup_path);

}  // namespace cnamedrop::pods
