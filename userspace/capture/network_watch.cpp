// SPDX-License-Identifier: Apache-2.0
// Processes -> namespaces -> owners, addresses and transits -> the kernel's tables.
#include "capture/network_watch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "capture/pod_addresses.h"
#include "capture/task_list.h"
#include "pods/cgroup_tree.h"
#include "pods/identity.h"

namespace cnamedrop::capture {
namespace {

constexpr std::size_t max_namespaces = 4096;  // of the kernel's table, too

std::uint32_t inode_of(const std::filesystem::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

address_key key_of(const AddressPlace& place) {
  address_key key{};
  std::copy(place.address.bytes.begin(), place.address.bytes.end(), key.address.bytes);
  key.netns = place.netns;
  key.ip_version = static_cast<__u8>(place.address.version);
  return key;
}

std::string name_of(const pods::Pod& pod) {
  if (!pod.name.empty()) return pod.namespace_name + "/" + pod.name;
  return pod.key();
}

bool same(const pod_namespace& a, const pod_namespace& b) {
  return a.cgroup_id == b.cgroup_id && a.transit == b.transit;
}

// Deletes what is not wanted any more, and writes what is new or changed. Counts what there is no room for.
template <typename Key, typename Value, typename Same, typename Write, typename Delete>
std::uint64_t renew(std::map<Key, Value>& written, const std::map<Key, Value>& wanted, Same is_same, Write write,
                    Delete remove) {
  std::uint64_t left_out = 0;
  for (auto one = written.begin(); one != written.end();) {
    if (wanted.contains(one->first)) {
      ++one;
      continue;
    }
    remove(one->first);
    one = written.erase(one);
  }
  for (const auto& [key, value] : wanted) {
    const auto known = written.find(key);
    if (known != written.end() && is_same(known->second, value)) continue;
    if (write(key, value))
      written[key] = value;
    else
      ++left_out;
  }
  return left_out;
}

}  // namespace

NetworkWatch::NetworkWatch(Roots roots, const pods::Target& target)
    : roots_(std::move(roots)),
      target_is_container_(!target.pod.container_id.empty()),
      own_(inode_of("/proc/self/ns/net")),
      host_(inode_of(roots_.proc / "1/ns/net")) {}

// Namespaces by a process; the oldest of each stands for it, since it is the likeliest to stay.
NetworkWatch::FoundByInode NetworkWatch::look_around(const Programs& programs, const PodWatch& pods) const {
  std::vector<task_entry> tasks =
      programs.tasks != nullptr ? tasks_of_list(programs.tasks.get()) : tasks_of_proc(roots_.proc, roots_.cgroup);
  std::sort(tasks.begin(), tasks.end(), [](const auto& a, const auto& b) { return a.started < b.started; });
  FoundByInode found;
  for (const task_entry& task : tasks) {
    if (found.size() >= max_namespaces && !found.contains(task.netns)) continue;
    Found& one = found[task.netns];
    if (one.reference.pid == 0) one.reference.pid = task.pid;
    one.inhabitants.push_back({task.started, pods.pod_of(task.cgroup_id)});
  }
  for (auto& [netns, one] : found) {
    const bool mixed = std::any_of(one.inhabitants.begin(), one.inhabitants.end(),
                                   [](const Inhabitant& in) { return in.in_target != nullptr; });
    if (!mixed || netns == host_) continue;
    for (const task_entry& task : tasks)
      if (task.netns == netns && pods.pod_of(task.cgroup_id) == nullptr)
        one.inhabitants.push_back(
            {task.started, nullptr, pods::identify(cgroup_path_of(roots_.proc / std::to_string(task.pid))).uid});
  }
  // Pids of another pid namespace mean nothing to rtnetlink: there a file leads to the namespace.
  if (programs.tasks == nullptr)
    for (auto& [netns, one] : found) {
      one.file = FileDescriptor(
          open((roots_.proc / std::to_string(one.reference.pid) / "ns/net").c_str(), O_RDONLY | O_CLOEXEC));
      one.reference.fd = one.file.get();
    }
  return found;
}

// Those that only a name holds: nobody of the target lives there, but they may own the same addresses.
void NetworkWatch::add_named(FoundByInode& found) const {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(roots_.named_namespaces, error)) {
    const std::uint32_t netns = inode_of(entry.path());
    if (netns == 0 || found.contains(netns) || found.size() >= max_namespaces) continue;
    Found one;
    one.file = FileDescriptor(open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    one.reference.fd = one.file.get();
    if (one.file) found.emplace(netns, std::move(one));
  }
}

// Where the other end of its devices is: our own namespace is asked first, that is where it nearly always is.
std::uint32_t NetworkWatch::transit_of(std::uint32_t netns, const FoundByInode& found) {
  if (const auto known = transits_.find(netns); known != transits_.end()) return known->second;
  const std::optional<std::int32_t> id = netlink_.id_of(found.at(netns).reference);
  if (!id) return 0;
  const std::set<std::int32_t> peers = netlink_.peers_of(*id);
  if (peers.empty()) return 0;
  const auto leads_to = [&](const NetnsReference& candidate) {
    const std::optional<std::int32_t> candidate_id = netlink_.known_id_of(candidate);
    return candidate_id && peers.contains(*candidate_id);
  };
  if (own_ != netns && leads_to({static_cast<std::uint32_t>(getpid()), -1})) return transits_[netns] = own_;
  for (const auto& [candidate, one] : found)
    if (candidate != netns && candidate != own_ && leads_to(one.reference)) return transits_[netns] = candidate;
  return 0;
}

std::vector<dns::IpAddress> NetworkWatch::addresses_of(const Found& one) {
  if (one.reference.pid != 0) return addresses_of_process(roots_.proc, one.reference.pid);
  const std::optional<std::int32_t> id = netlink_.id_of(one.reference);
  return id ? netlink_.addresses_of(*id) : std::vector<dns::IpAddress>{};
}

void NetworkWatch::refresh(const Programs& programs, const PodWatch& pods) {
  FoundByInode found = look_around(programs, pods);
  add_named(found);
  std::erase_if(transits_,
                [&](const auto& known) { return !found.contains(known.first) || !found.contains(known.second); });
  names_.clear();
  without_transit_ = 0;
  std::map<std::uint32_t, pod_namespace> wanted;
  std::vector<AddressedNamespace> addressed;
  for (const auto& [netns, one] : found) {
    const std::optional<NamespaceOwner> owner = owner_of(one.inhabitants);
    const bool is_own = owner && !owner->shared && netns != host_;
    names_[netns] = is_own ? owner->pod : nullptr;
    if (owner && !is_own) wanted[netns] = pod_namespace{};
    if (netns == host_) continue;
    AddressedNamespace entry{netns, 0, is_own, 0, addresses_of(one)};
    if (is_own) {
      entry.transit = transit_of(netns, found);
      without_transit_ += entry.transit == 0 ? 1U : 0U;
      if (!target_is_container_) entry.cgroup_id = pods::cgroup_id_of(roots_.cgroup / owner->cgroup_path.substr(1));
      wanted[netns] = {entry.cgroup_id, entry.transit, 0};
    }
    addressed.push_back(std::move(entry));
  }
  // Of the others only the transit of those that own an address of the target matters.
  std::set<dns::IpAddress> of_target;
  for (const AddressedNamespace& one : addressed)
    if (one.of_target) of_target.insert(one.addresses.begin(), one.addresses.end());
  for (AddressedNamespace& one : addressed)
    if (!one.of_target && std::any_of(one.addresses.begin(), one.addresses.end(),
                                      [&](const dns::IpAddress& address) { return of_target.contains(address); }))
      one.transit = transit_of(one.netns, found);
  left_out_ = 0;
  write_namespaces(programs, wanted);
  write_addresses(programs, places_of(addressed));
}

void NetworkWatch::write_namespaces(const Programs& programs, const std::map<std::uint32_t, pod_namespace>& wanted) {
  const int table = bpf_map__fd(programs.skeleton->maps.pod_namespaces);
  left_out_ += renew(
      namespaces_, wanted, same,
      [table](std::uint32_t netns, const pod_namespace& value) {
        return bpf_map_update_elem(table, &netns, &value, BPF_ANY) == 0;
      },
      [table](std::uint32_t netns) { bpf_map_delete_elem(table, &netns); });
}

void NetworkWatch::write_addresses(const Programs& programs, const std::map<AddressPlace, PlaceOwner>& wanted) {
  const int table = bpf_map__fd(programs.skeleton->maps.pod_addresses);
  __u8* const slots = programs.skeleton->bss->local_addresses;
  left_out_ += renew(
      addresses_, wanted, [](const PlaceOwner& a, const PlaceOwner& b) { return a == b; },
      [table, slots](const AddressPlace& place, const PlaceOwner& owner) {
        const address_key key = key_of(place);
        const address_owner value{owner.cgroup_id, static_cast<__u8>(owner.ambiguous ? 1 : 0), {}};
        slots[LOCAL_ADDRESS_SLOT(&key.address)] = 1;
        return bpf_map_update_elem(table, &key, &value, BPF_ANY) == 0;
      },
      [table](const AddressPlace& place) {
        const address_key key = key_of(place);
        bpf_map_delete_elem(table, &key);
      });
}

void NetworkWatch::name_netns(events::Dropped& drop, const pods::Pod* pod) const {
  if (drop.netns == 0) return;
  if (drop.netns == host_) {
    drop.netns_of = events::NetnsOf::Host;
    return;
  }
  const auto known = names_.find(drop.netns);
  if (known == names_.end()) return;
  const bool is_own = known->second != nullptr && pod != nullptr && known->second->key() == pod->key();
  drop.netns_of = is_own ? events::NetnsOf::Pod : events::NetnsOf::Other;
  if (!is_own && known->second != nullptr) drop.netns_pod = name_of(*known->second);
}

std::map<std::string, std::uint64_t> NetworkWatch::totals() const {
  return {{"pod_namespaces", namespaces_.size()},
          {"pod_namespaces_without_transit", without_transit_},
          {"pod_addresses", addresses_.size()},
          {"pod_addresses_left_out", left_out_}};
}

}  // namespace cnamedrop::capture
