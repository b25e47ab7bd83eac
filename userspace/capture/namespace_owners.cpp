// SPDX-License-Identifier: Apache-2.0
// The rules of docs/architecture.md, "Whose packet is it".
#include "capture/namespace_owners.h"

#include <algorithm>
#include <limits>

namespace cnamedrop::capture {
namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// The nearest cgroup that both are in.
std::string common_path(std::string a, const std::string& b) {
  while (a != "/" && a != b && !b.starts_with(a + '/')) a = parent_of(a);
  return a;
}

}  // namespace

// A container may have cgroups of its own below the one that bears its id.
std::string pod_path(const pods::Pod& pod) {
  const std::size_t at = pod.container_id.empty() ? std::string::npos : pod.cgroup_path.find(pod.container_id);
  return at == std::string::npos ? pod.cgroup_path : parent_of(pod.cgroup_path.substr(0, at));
}

std::optional<NamespaceOwner> owner_of(const std::vector<Inhabitant>& inhabitants) {
  std::optional<NamespaceOwner> owner;
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const Inhabitant& one : inhabitants) {
    if (one.in_target == nullptr) continue;
    first = std::min(first, one.started);
    const std::string path = pod_path(*one.in_target);
    if (!owner) {
      owner = NamespaceOwner{false, path, one.in_target};
    } else if (owner->pod->uid != one.in_target->uid) {
      owner->shared = true;  // two pods, or a pod and what is none
    } else {
      owner->cgroup_path = common_path(owner->cgroup_path, path);
    }
  }
  if (!owner) return std::nullopt;
  for (const Inhabitant& one : inhabitants)
    if (one.in_target == nullptr && (one.started < first || (!one.pod_uid.empty() && one.pod_uid != owner->pod->uid)))
      owner->shared = true;
  if (owner->cgroup_path == "/") owner->shared = true;
  return owner;
}

std::map<AddressPlace, PlaceOwner> places_of(const std::vector<AddressedNamespace>& namespaces) {
  std::map<dns::IpAddress, std::vector<const AddressedNamespace*>> owners;
  for (const AddressedNamespace& one : namespaces)
    for (const dns::IpAddress& address : one.addresses) owners[address].push_back(&one);
  std::map<AddressPlace, PlaceOwner> places;
  for (const auto& [address, all] : owners)
    for (const AddressedNamespace* one : all) {
      if (!one->of_target) continue;
      const bool ambiguous = std::any_of(all.begin(), all.end(), [one](const AddressedNamespace* other) {
        return other->netns != one->netns && (one->transit == 0 || other->transit == one->transit);
      });
      places[{address, one->transit}] = {one->cgroup_id, ambiguous};
    }
  return places;
}

}  // namespace cnamedrop::capture
