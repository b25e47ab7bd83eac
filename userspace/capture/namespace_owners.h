// SPDX-License-Identifier: Apache-2.0
// Whose a network namespace is, and in which namespace each address is whose: pure decisions over what was seen of
// processes, addresses and devices. Not for asking the kernel (network_watch.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bpf/record.h"
#include "dns/ip_address.h"
#include "pods/pod.h"

namespace cnamedrop::capture {

// A process inside of a namespace. in_target: null if it belongs to somebody else; pod_uid then, where its path tells.
struct Inhabitant {
  std::uint64_t started = 0;
  std::shared_ptr<const pods::Pod> in_target;
  std::string pod_uid = {};
};

// A namespace in which at least one process of the target lives.
struct NamespaceOwner {
  bool shared = true;       // others live there too: no step may name it
  std::string cgroup_path;  // of the pod, never of a container; where it is not shared
  std::shared_ptr<const pods::Pod> pod;
};

// The pod's own, if no other pod's process lives in it and none that was there before the pod's: those are the node's.
// Who entered it later (nsenter, a debugger) does not change that. Nothing if nobody of the target lives there.
std::optional<NamespaceOwner> owner_of(const std::vector<Inhabitant>& inhabitants);

// The cgroup path of a pod's own cgroup, from that of one of its containers.
std::string pod_path(const pods::Pod& pod);

// A namespace as the address step needs it.
struct AddressedNamespace {
  std::uint32_t netns = 0;
  std::uint32_t transit = 0;  // 0: not known
  bool of_target = false;
  std::uint64_t cgroup_id = 0;  // of the target's; 0: nobody may be named
  std::vector<dns::IpAddress> addresses;
};

struct AddressPlace {
  dns::IpAddress address;
  std::uint32_t netns = 0;

  auto operator<=>(const AddressPlace&) const = default;
};

struct PlaceOwner {
  std::uint64_t cgroup_id = 0;
  bool ambiguous = false;

  bool operator==(const PlaceOwner&) const = default;
};

// For each address of the target where its packets are seen from outside. Two owners of one address are told apart by
// their transits; where those are the same, or the transit of the target's is not known, it is ambiguous.
std::map<AddressPlace, PlaceOwner> places_of(const std::vector<AddressedNamespace>& namespaces);

}  // namespace cnamedrop::capture
