// SPDX-License-Identifier: Apache-2.0
// Walks the log directories. Every error of the file system means the same here: that directory tells nothing.
#include "pods/pod_logs.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace cnamedrop::pods {
namespace {

namespace fs = std::filesystem;

// Entries come sorted, so that two readers of one directory say the same.
std::vector<fs::path> entries_of(const fs::path& directory) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

// The names go to terminals and files: only what RFC 1123 names are made of may pass.
std::string cleaned(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  std::string clean(name);
  std::replace_if(
      clean.begin(), clean.end(), [&](char c) { return allowed.find(c) == std::string_view::npos; }, '_');
  return clean;
}

// The directory of the pod, and its two names on the way.
std::optional<fs::path> find_pod(Pod& pod, const fs::path& root) {
  const std::string suffix = "_" + pod.uid;
  for (const fs::path& entry : entries_of(root)) {
    const std::string file = entry.filename().string();
    if (!file.ends_with(suffix)) continue;
    const std::string_view names = std::string_view(file).substr(0, file.size() - suffix.size());
    const std::size_t underscore = names.find('_');  // neither name may hold one
    if (underscore == std::string_view::npos) continue;
    pod.namespace_name = cleaned(names.substr(0, underscore));
    pod.name = cleaned(names.substr(underscore + 1));
    return entry;
  }
  return std::nullopt;
}

// Docker: CONTAINER/N.log is a link to /var/lib/docker/containers/<id>/<id>-json.log.
std::optional<std::string> container_by_log_link(const fs::path& pod_directory, const std::string& container_id) {
  for (const fs::path& container : entries_of(pod_directory)) {
    for (const fs::path& log : entries_of(container)) {
      std::error_code error;
      const fs::path target = fs::read_symlink(log, error);
      if (!error && target.parent_path().filename() == container_id) return cleaned(container.filename().string());
    }
  }
  return std::nullopt;
}

// NAME_NAMESPACE_CONTAINER-ID.log: the id has no dash, the names before it may have.
std::optional<std::string> container_by_sibling(const fs::path& containers, const std::string& container_id) {
  const std::string suffix = "-" + container_id + ".log";
  for (const fs::path& entry : entries_of(containers)) {
    const std::string file = entry.filename().string();
    if (!file.ends_with(suffix)) continue;
    const std::string_view names = std::string_view(file).substr(0, file.size() - suffix.size());
    const std::size_t underscore = names.rfind('_');
    if (underscore != std::string_view::npos) return cleaned(names.substr(underscore + 1));
  }
  return std::nullopt;
}

}  // namespace

void fill_names(Pod& pod, const fs::path& root) {
  if (pod.uid.empty()) return;
  const std::optional<fs::path> directory = find_pod(pod, root);
  if (pod.container_id.empty()) return;
  std::optional<std::string> container;
  if (directory) container = container_by_log_link(*directory, pod.container_id);
  if (!container) {
    const fs::path plain = root.has_filename() ? root : root.parent_path();  // "/var/log/pods/" too
    container = container_by_sibling(plain.parent_path() / "containers", pod.container_id);
  }
  if (container) pod.container_name = *std::move(container);
}

}  // namespace cnamedrop::pods
