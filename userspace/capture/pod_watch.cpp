// SPDX-License-Identifier: Apache-2.0
// Compares walks of the cgroup tree.
#include "capture/pod_watch.h"

#include <unordered_set>
#include <utility>

#include "pods/cgroup_tree.h"
#include "pods/identity.h"
#include "pods/pod_logs.h"

namespace cnamedrop::capture {
namespace {

constexpr std::size_t max_known = 8192;  // ids; twice what a walk returns, for those whose directory is gone

}  // namespace

PodWatch::PodWatch(pods::Target target, std::filesystem::path cgroup_root, std::filesystem::path pod_logs)
    : target_(std::move(target)), cgroup_root_(std::move(cgroup_root)), pod_logs_(std::move(pod_logs)) {}

std::vector<std::uint64_t> PodWatch::refresh(Time now, std::vector<events::Observation>& out) {
  const pods::CgroupTree tree = pods::walk(cgroup_root_, target_.path);
  truncated_ = tree.truncated;
  name_again(now, out);
  std::vector<std::uint64_t> gone;
  std::unordered_set<std::uint64_t> present;
  for (const pods::CgroupEntry& entry : tree.entries) {
    present.insert(entry.id);
    if (known_.contains(entry.id)) continue;
    introduce(entry.id, entry.path, now, out);
  }
  if (tree.truncated) return gone;  // what is missing may only have been left out
  for (auto known = known_.begin(); known != known_.end();) {
    if (present.contains(known->first)) {
      ++known;
      continue;
    }
    if (gone_.size() >= max_known) gone_.clear();
    gone_[known->first] = known->second->cgroup_path;
    gone.push_back(known->first);
    out.push_back({now, events::PodSeen{known->first, true}, nullptr, std::nullopt, known->second});
    known = known_.erase(known);
  }
  return gone;
}

// The kubelet makes the links that name a container after it has started it.
void PodWatch::name_again(Time now, std::vector<events::Observation>& out) {
  for (auto& [id, pod] : known_) {
    const bool named =
        (pod->uid.empty() || !pod->name.empty()) && (pod->container_id.empty() || !pod->container_name.empty());
    if (named) continue;
    pods::Pod again = *pod;
    pods::fill_names(again, pod_logs_);
    if (again == *pod) continue;
    pod = std::make_shared<const pods::Pod>(std::move(again));
    out.push_back({now, events::PodSeen{id, false}, nullptr, std::nullopt, pod});
  }
}

// The kernel's path begins at the root of the hierarchy, ours where that is mounted: the last components are the same.
void PodWatch::made(std::uint64_t cgroup_id, int level, std::string_view kernel_path, Time now,
                    std::vector<events::Observation>& out) {
  if (known_.contains(cgroup_id) || kernel_path.empty()) return;
  std::size_t below = kernel_path.size();
  for (int i = target_.level; i < level && below != std::string_view::npos && below != 0; ++i)
    below = kernel_path.rfind('/', below - 1);
  if (below == std::string_view::npos) return;
  if (known_.size() >= max_known) known_.clear();
  const std::string base = target_.cgroup_path == "/" ? std::string() : target_.cgroup_path;
  introduce(cgroup_id, base + std::string(kernel_path.substr(below)), now, out);
}

void PodWatch::announce(std::uint64_t cgroup_id, Time now, std::vector<events::Observation>& out) {
  if (known_.contains(cgroup_id)) return;
  const auto gone = gone_.find(cgroup_id);
  if (gone == gone_.end()) refresh(now, out);
  if (known_.contains(cgroup_id)) return;
  if (known_.size() >= max_known) known_.clear();  // they are announced again when they are met again
  introduce(cgroup_id, gone != gone_.end() ? gone->second : target_.cgroup_path, now, out);
}

void PodWatch::introduce(std::uint64_t cgroup_id, const std::string& path, Time now,
                         std::vector<events::Observation>& out) {
  pods::Pod pod = pods::identify(path);
  pods::fill_names(pod, pod_logs_);
  const auto known = known_.emplace(cgroup_id, std::make_shared<const pods::Pod>(std::move(pod))).first;
  out.push_back({now, events::PodSeen{cgroup_id, false}, nullptr, std::nullopt, known->second});
}

std::shared_ptr<const pods::Pod> PodWatch::pod_of(std::uint64_t cgroup_id) const {
  const auto known = known_.find(cgroup_id);
  return known == known_.end() ? nullptr : known->second;
}

bool PodWatch::target_exists() const { return pods::cgroup_id_of(target_.path) == target_.cgroup_id; }

}  // namespace cnamedrop::capture
