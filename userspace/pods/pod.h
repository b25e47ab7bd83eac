// SPDX-License-Identifier: Apache-2.0
// Who a cgroup is: the pod and container names that the kubelet's cgroup paths and log folders give away.
#pragma once

#include <string>

namespace cnamedrop::pods {

// The identity of one cgroup. Fields that the path does not tell are empty; a target that is no pod at all (a systemd
// unit, any cgroup) has only cgroup_path, and that is its name.
struct Pod {
  std::string uid;             // as the API server writes it, with dashes
  std::string namespace_name;  // "" when no pod log folder tells it
  std::string name;            // "" likewise
  std::string container_id;    // full id; "" for the pod's own cgroup
  std::string container_name;  // "" when no pod log folder tells it
  std::string runtime;         // "containerd", "crio", "docker" or ""
  std::string cgroup_path;     // relative to the cgroup v2 root, with a leading slash

  bool operator==(const Pod&) const = default;

  // What events of all containers of one pod are joined under: the pod's UID, else the cgroup path.
  const std::string& key() const { return uid.empty() ? cgroup_path : uid; }
};

}  // namespace cnamedrop::pods
