// SPDX-License-Identifier: Apache-2.0
// The path shapes, told apart one path component at a time.
#include "pods/identity.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cnamedrop::pods {
namespace {

constexpr std::size_t container_id_size = 64;  // SHA-256 in hex: all three runtimes
constexpr std::size_t static_uid_size = 32;    // the kubelet names static pods by the MD5 of their manifest

struct Container {
  std::string_view id;
  std::string_view runtime;
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> components;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) components.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return components;
}

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

// A UUID (8-4-4-4-12) with dashes, or with the underscores that systemd's driver puts for them; or a static pod's hash.
std::optional<std::string> read_uid(std::string_view text) {
  std::string uid(text);
  if (uid.size() == static_uid_size && is_hex(uid)) return uid;
  if (uid.size() != 36) return std::nullopt;
  std::replace(uid.begin(), uid.end(), '_', '-');
  for (std::size_t i = 0; i < uid.size(); ++i) {
    const bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash_place ? uid[i] != '-' : !is_hex(std::string_view(uid).substr(i, 1))) return std::nullopt;
  }
  return uid;
}

// "kubepods-burstable-pod<uid>.slice", also behind more of a prefix ("kubelet-kubepods-pod<uid>.slice").
std::optional<std::string> uid_of_slice(std::string_view component) {
  constexpr std::string_view slice = ".slice";
  constexpr std::string_view pod = "-pod";
  const std::size_t kubepods = component.find("kubepods");
  const std::size_t uid = component.rfind(pod);
  if (!component.ends_with(slice) || uid == std::string_view::npos || kubepods >= uid) return std::nullopt;
  component.remove_suffix(slice.size());
  return read_uid(component.substr(uid + pod.size()));
}

// "pod<uid>" below the cgroupfs driver's "kubepods", "burstable" or "besteffort".
std::optional<std::string> uid_of_directory(std::string_view parent, std::string_view component) {
  if (parent != "kubepods" && parent != "burstable" && parent != "besteffort") return std::nullopt;
  if (!component.starts_with("pod")) return std::nullopt;
  return read_uid(component.substr(3));
}

std::optional<Container> read_container(std::string_view component) {
  struct Shape {
    std::string_view prefix;
    std::string_view runtime;
  };
  // crio-conmon-<id> is left out on purpose: it holds the container's monitor, not the container.
  static constexpr std::array<Shape, 4> shapes{
      {{"cri-containerd-", "containerd"}, {"crio-", "crio"}, {"docker-", "docker"}, {"", ""}}};
  if (component.ends_with(".scope")) component.remove_suffix(6);
  for (const Shape& shape : shapes) {
    if (!component.starts_with(shape.prefix)) continue;
    const std::string_view id = component.substr(shape.prefix.size());
    if (id.size() == container_id_size && is_hex(id)) return Container{id, shape.runtime};
  }
  return std::nullopt;
}

std::string_view runtime_of_monitor(std::string_view component) {
  return component.starts_with("crio-conmon-") ? "crio" : "";
}

// containerd with the cgroupfs driver under a kubelet with systemd's takes the triple slice:prefix:id as one name.
std::optional<Pod> read_colon_triple(std::string_view component) {
  const std::size_t first = component.find(':');
  const std::size_t last = component.rfind(':');
  if (first == last) return std::nullopt;
  std::optional<std::string> uid = uid_of_slice(component.substr(0, first));
  const std::optional<Container> container = read_container(component.substr(last + 1));
  if (!uid || !container) return std::nullopt;
  Pod pod;
  pod.uid = *std::move(uid);
  pod.container_id = container->id;
  if (component.substr(first + 1, last - first - 1) == "cri-containerd") pod.runtime = "containerd";
  return pod;
}

void fill_container(Pod& pod, std::string_view component) {
  const std::optional<Container> container = read_container(component);
  pod.container_id = container ? container->id : "";
  pod.runtime = container ? container->runtime : runtime_of_monitor(component);
}

}  // namespace

Pod identify(std::string_view cgroup_path) {
  const std::vector<std::string_view> components = split(cgroup_path);
  Pod pod;
  for (std::size_t i = components.size(); i-- > 0 && pod.uid.empty();) {
    const std::string_view parent = i > 0 ? components[i - 1] : "";
    if (std::optional<Pod> triple = read_colon_triple(components[i])) pod = *std::move(triple);
    std::optional<std::string> uid = uid_of_slice(components[i]);
    if (!uid) uid = uid_of_directory(parent, components[i]);
    if (!uid) continue;
    pod.uid = *std::move(uid);
    if (i + 1 < components.size()) fill_container(pod, components[i + 1]);
  }
  pod.cgroup_path = cgroup_path;
  return pod;
}

}  // namespace cnamedrop::pods
