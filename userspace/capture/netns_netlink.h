// SPDX-License-Identifier: Apache-2.0
// Asks rtnetlink about network namespaces from outside, without entering them: that would need CAP_SYS_ADMIN. To be
// asked about, a namespace needs an id in ours (RTM_NEWNSID), which is given where it has none and stays as long as it
// lives.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "dns/ip_address.h"
#include "types/file_descriptor.h"

namespace cnamedrop::capture {

// A namespace by what leads to it: a process, or an open file of /proc/PID/ns/net or /run/netns.
struct NetnsReference {
  std::uint32_t pid = 0;
  int fd = -1;  // asked first
};

class NetnsNetlink {
 public:
  NetnsNetlink();

  // Its id in our namespace. Nothing if it has none.
  std::optional<std::int32_t> known_id_of(const NetnsReference& netns);

  // The same; one that has none is given one. Nothing if it is gone or we may not ask.
  std::optional<std::int32_t> id_of(const NetnsReference& netns);

  // The ids, in our namespace, of those where the other ends of its devices are: by asking they are given one.
  std::set<std::int32_t> peers_of(std::int32_t id);

  // Those that are one namespace's own (pod_addresses.h).
  std::vector<dns::IpAddress> addresses_of(std::int32_t id);

 private:
  template <typename Visit>
  bool ask(std::vector<std::uint8_t>& request, Visit visit);

  FileDescriptor socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace cnamedrop::capture
