// SPDX-License-Identifier: Apache-2.0
// resolve(): one function for each way to name a target; all end in make_target().
#include "pods/target.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "pods/cgroup_tree.h"
#include "pods/identity.h"
#include "pods/pod_logs.h"

namespace cnamedrop::pods {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest_id_prefix = 6;
// A node has at most some thousand pods; this is a stop for hosts that went mad, not a limit anybody meets.
constexpr WalkBounds search_bounds{.entries = 1 << 18, .depth = 32};

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};

bool is_below(const fs::path& root, const fs::path& path) {
  const fs::path relative = path.lexically_relative(root);
  return !relative.empty() && *relative.begin() != "..";
}

// The message of the failure to list a directory; empty when it can be listed.
std::string why_unreadable(const fs::path& directory) {
  const std::unique_ptr<DIR, DirectoryCloser> opened(opendir(directory.c_str()));
  return opened ? "" : std::generic_category().message(errno);
}

// directory: canonical, at or below root.
Result<Target> make_target(const fs::path& root, const fs::path& directory, const fs::path& pod_logs) {
  const std::string unreadable = why_unreadable(directory);
  if (!unreadable.empty()) return Error{"cgroup " + directory.string() + ": " + unreadable};
  std::error_code error;
  if (!fs::exists(directory / "cgroup.controllers", error)) {
    return Error{directory.string() + " is not a cgroup v2 directory"};
  }
  Target target;
  target.path = directory;
  target.cgroup_path = path_below(root, directory);
  target.cgroup_id = cgroup_id_of(directory);
  if (target.cgroup_path != "/") {
    target.level = static_cast<int>(std::count(target.cgroup_path.begin(), target.cgroup_path.end(), '/'));
  }
  target.pod = identify(target.cgroup_path);
  fill_names(target.pod, pod_logs);
  return target;
}

// A path below the mount is taken as it is, any other as relative to the cgroup root.
Result<Target> by_cgroup(const fs::path& root, const fs::path& named, const fs::path& pod_logs) {
  if (named.empty()) return Error{"the cgroup path is empty (/ names the root)"};
  std::error_code error;
  fs::path directory = fs::canonical(named, error);
  const bool exists_elsewhere = named.is_absolute() && !error;
  if (!exists_elsewhere || !is_below(root, directory)) {
    directory = fs::canonical(root / named.relative_path(), error);
    if (error && exists_elsewhere) {
      return Error{named.string() + " is not a cgroup v2 directory: cgroup v2 is mounted at " + root.string()};
    }
    if (error) return Error{"cgroup " + named.string() + " below " + root.string() + ": " + error.message()};
    if (!is_below(root, directory)) return Error{"cgroup " + named.string() + " is not below " + root.string()};
  }
  return make_target(root, directory, pod_logs);
}

Result<Target> by_pid(const fs::path& root, pid_t pid, const Roots& roots) {
  const std::string process = "process " + std::to_string(pid);
  std::ifstream cgroups(roots.proc / std::to_string(pid) / "cgroup");
  if (!cgroups) return Error{process + ": there is no such process in " + roots.proc.string()};
  constexpr std::string_view v2_prefix = "0::";
  std::string line;
  while (std::getline(cgroups, line) && !line.starts_with(v2_prefix)) continue;
  if (!line.starts_with(v2_prefix)) return Error{process + " is in no cgroup v2, only in cgroups of version 1"};

  const std::string path = line.substr(v2_prefix.size());
  if (path.ends_with(" (deleted)")) return Error{process + ": its cgroup " + path + " is gone"};
  if (path.starts_with("/..")) {  // cgroup_namespaces(7)
    return Error{process + ": its cgroup " + path + " is outside our cgroup namespace; run in the host's"};
  }
  return by_cgroup(root, root / fs::path(path).relative_path(), roots.pod_logs);
}

// The one cgroup of those found (at least one); named is for the message.
Result<Target> the_only(const std::vector<std::string>& found, const std::string& named, const fs::path& root,
                        const fs::path& pod_logs) {
  if (found.size() == 1) return make_target(root, root / fs::path(found.front()).relative_path(), pod_logs);
  std::string message = named + " is ambiguous: ";
  for (const std::string& path : found) message += (&path == &found.front() ? "" : ", ") + path;
  return Error{message};
}

// Cgroups that matches(pod) holds for, but not those nested in such a one.
template <typename Matches>
std::vector<std::string> outermost_cgroups(const fs::path& root, Matches matches) {
  std::vector<std::string> found;
  for (const CgroupEntry& entry : walk(root, root, search_bounds).entries) {
    const std::string parent = fs::path(entry.path).parent_path().string();
    if (matches(identify(entry.path)) && !matches(identify(parent))) found.push_back(entry.path);
  }
  return found;
}

Result<Target> by_pod_uid(const fs::path& root, std::string uid, const fs::path& pod_logs) {
  if (uid.empty()) return Error{"the pod UID is empty"};
  std::replace(uid.begin(), uid.end(), '_', '-');
  const auto found = outermost_cgroups(root, [&](const Pod& pod) { return pod.uid == uid; });
  if (found.empty()) {
    return Error{"no cgroup of pod " + uid + " below " + root.string() +
                 " (of a static pod give the annotation kubernetes.io/config.hash)"};
  }
  return the_only(found, "pod " + uid, root, pod_logs);
}

Result<Target> by_container_id(const fs::path& root, const std::string& id, const fs::path& pod_logs) {
  if (id.size() < shortest_id_prefix) {
    return Error{"container id " + id + " is too short: give at least " + std::to_string(shortest_id_prefix) +
                 " characters"};
  }
  const auto found = outermost_cgroups(root, [&](const Pod& pod) { return pod.container_id.starts_with(id); });
  if (found.empty()) return Error{"no cgroup of container " + id + " below " + root.string()};
  return the_only(found, "container " + id, root, pod_logs);
}

}  // namespace

Result<Target> resolve(const TargetSpec& spec, const Roots& roots) {
  const Result<fs::path> root = find_cgroup2(roots);
  if (!root) return root.error();
  if (const auto* cgroup = std::get_if<ByCgroup>(&spec)) return by_cgroup(*root, cgroup->path, roots.pod_logs);
  if (const auto* process = std::get_if<ByPid>(&spec)) return by_pid(*root, process->pid, roots);
  if (const auto* pod = std::get_if<ByPodUid>(&spec)) return by_pod_uid(*root, pod->uid, roots.pod_logs);
  return by_container_id(*root, std::get<ByContainerId>(spec).id, roots.pod_logs);
}

}  // namespace cnamedrop::pods
