// SPDX-License-Identifier: Apache-2.0
// Keeps which pod each cgroup id means, and says when cgroups below the target come and go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/observation.h"
#include "pods/target.h"

namespace cnamedrop::capture {

class PodWatch {
 public:
  PodWatch(pods::Target target, std::filesystem::path cgroup_root, std::filesystem::path pod_logs);

  // Walks the target's cgroups and appends a PodSeen for each that is new, gone, or has got a name. The ids of those
  // that are gone.
  std::vector<std::uint64_t> refresh(Time now, std::vector<events::Observation>& out);

  // A cgroup was made, says the kernel: at a level of the hierarchy, with its path there. The container may be gone by
  // now.
  void made(std::uint64_t cgroup_id, int level, std::string_view kernel_path, Time now,
            std::vector<events::Observation>& out);

  // Makes sure that the id was announced before an observation that carries it. One that is gone is announced as what
  // it was; one that nobody knows as the target itself.
  void announce(std::uint64_t cgroup_id, Time now, std::vector<events::Observation>& out);

  // The pod that an id means, as far as it was seen; null for one that is not of the target.
  std::shared_ptr<const pods::Pod> pod_of(std::uint64_t cgroup_id) const;

  // False once the target's directory is gone, or another one has taken its place.
  bool target_exists() const;

  // More cgroups than are watched: some carry the target's name only.
  bool truncated() const { return truncated_; }

 private:
  // Fills in names that the kubelet has written since.
  void name_again(Time now, std::vector<events::Observation>& out);
  // Says which pod a cgroup of that path is.
  void introduce(std::uint64_t cgroup_id, const std::string& path, Time now, std::vector<events::Observation>& out);

  pods::Target target_;
  std::filesystem::path cgroup_root_;
  std::filesystem::path pod_logs_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const pods::Pod>> known_;
  std::unordered_map<std::uint64_t, std::string> gone_;  // paths: a packet of theirs may still be on its way
  bool truncated_ = false;
};

}  // namespace cnamedrop::capture
