// SPDX-License-Identifier: Apache-2.0
// Keeps the kernel's tables of the target's network namespaces and addresses (pod_namespaces, pod_addresses) as the
// pods come and go, and knows whose namespace a device is in. Looks around when it is asked to; not for deciding who
// owns what (namespace_owners.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bpf/record.h"
#include "capture/loader.h"
#include "capture/namespace_owners.h"
#include "capture/netns_netlink.h"
#include "capture/pod_watch.h"
#include "events/observation.h"

namespace cnamedrop::capture {

class NetworkWatch {
 public:
  struct Roots {
    std::filesystem::path cgroup;
    std::filesystem::path proc;
    std::filesystem::path named_namespaces = "/run/netns";
  };

  NetworkWatch(Roots roots, const pods::Target& target);

  // Looks at every process and namespace, and renews the kernel's tables.
  void refresh(const Programs& programs, const PodWatch& pods);

  // Says in whose namespace a dropped packet's device was.
  void name_netns(events::Dropped& drop, const pods::Pod* pod) const;

  std::map<std::string, std::uint64_t> totals() const;

 private:
  // A namespace as it was found: by a process in it, or by a name below /run/netns.
  struct Found {
    NetnsReference reference;
    FileDescriptor file;
    std::vector<Inhabitant> inhabitants;
  };
  using FoundByInode = std::map<std::uint32_t, Found>;

  FoundByInode look_around(const Programs& programs, const PodWatch& pods) const;
  void add_named(FoundByInode& found) const;
  std::uint32_t transit_of(std::uint32_t netns, const FoundByInode& found);
  std::vector<dns::IpAddress> addresses_of(const Found& one);
  void write_namespaces(const Programs& programs, const std::map<std::uint32_t, pod_namespace>& wanted);
  void write_addresses(const Programs& programs, const std::map<AddressPlace, PlaceOwner>& wanted);

  Roots roots_;
  bool target_is_container_;
  std::uint32_t own_ = 0;   // the tracer's own namespace
  std::uint32_t host_ = 0;  // of the first process
  NetnsNetlink netlink_;
  std::map<std::uint32_t, std::uint32_t> transits_;                  // by namespace; only those that are known
  std::map<std::uint32_t, std::shared_ptr<const pods::Pod>> names_;  // of the target's namespaces, null of others
  std::map<std::uint32_t, pod_namespace> namespaces_;                // as the kernel has them
  std::map<AddressPlace, PlaceOwner> addresses_;                     // likewise
  std::uint64_t without_transit_ = 0;
  std::uint64_t left_out_ = 0;  // entries that the kernel's tables had no room for
};

}  // namespace cnamedrop::capture
