// SPDX-License-Identifier: Apache-2.0
// Stories for the join, as the capture would tell them: pods are named by pod events alone.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "join/join.h"
#include "story.h"

namespace cnamedrop::join {

class Trace : public Story<Trace> {
 public:
  explicit Trace(const Settings& settings = {}, std::shared_ptr<const policy::Policy> policy = nullptr)
      : join(settings, std::move(policy)) {
    begin();
  }

  events::Event tell(events::Observation observation) { return join.annotate(std::move(observation)); }

  // The SYN of another connection each time.
  events::Cause drop(const std::string& ip = address, std::uint16_t port = 443, std::uint64_t cgroup = 1) {
    events::Dropped syn = syn_to(ip, port, cgroup);
    syn.local.port = next_port_++;
    return *see(syn).cause;
  }
  // From here on the cgroup is the pod's, or no longer.
  void name(std::uint64_t cgroup, const pods::Pod& pod, bool gone = false) {
    events::Observation observation{noon, events::PodSeen{cgroup, gone}, node_1};
    observation.pod = std::make_shared<const pods::Pod>(pod);
    join.annotate(std::move(observation));
  }

  Join join;

 private:
  std::uint16_t next_port_ = 40000;
};

}  // namespace cnamedrop::join
