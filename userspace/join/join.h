// Joins drops with the way their addresses were learned, pod by pod. Does no I/O and asks no clock: time comes with the
// observation, so that a recorded file gives the same findings as the live trace.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/cause.h"
#include "join/pod_state.h"
#include "join/settings.h"
#include "policy/policy.h"
#include "types/bounded_map.h"

namespace cnamedrop::join {

class Join {
 public:
  // policy: what the drops are judged by; null to judge without selectors.
  Join(const Settings& settings, std::string node_name, std::shared_ptr<const policy::Policy> policy = nullptr);

  // Drops from here on are judged by another policy; what the pods learned stays.
  void set_policy(std::shared_ptr<const policy::Policy> policy) { policy_ = std::move(policy); }

  // Takes the next observation, in order of time, and returns it with what is known about it.
  events::Event annotate(events::Observation observation);

  // Whether a PodSeen told what this cgroup is. Drops and DNS of an unknown cgroup are joined under its id alone.
  bool knows(std::uint64_t cgroup_id) const { return cgroups_.find(cgroup_id) != nullptr; }

  // What is known of each pod, by pods::Pod::key(), or "cgroup N" of a cgroup that no PodSeen told of.
  const BoundedMap<std::string, PodState>& pods() const { return pods_; }

  // Kinds of loss so far that may have cost DNS messages.
  const std::vector<std::string>& dns_losses() const { return dns_losses_; }

  // Entries that went from full tables, over all pods.
  std::uint64_t evicted() const { return evicted_in_pods_ + pods_.evicted() + cgroups_.evicted(); }

  // Every counter of the join by its name in the totals of the stop event.
  std::map<std::string, std::uint64_t> totals() const;

 private:
  void on_pod(const events::PodSeen& seen, events::Event& event);
  void on_dns(const events::DnsSeen& dns, Time time, events::Event& event);
  static void on_question(const events::DnsSeen& dns, Time time, PodState& pod);
  void on_answer(const events::DnsSeen& dns, Time time, PodState& pod, events::DnsNote& note);
  void on_drop(const events::Dropped& drop, Time time, events::Event& event);
  void on_lost(const events::Lost& lost);

  std::string pod_key(std::uint64_t cgroup_id) const;
  PodState& pod_state(std::uint64_t cgroup_id);
  void describe_pod(std::uint64_t cgroup_id, events::Event& event) const;
  std::vector<std::string> others_that_learned(const dns::IpAddress& address, const std::string& except) const;

  Settings settings_;
  std::string node_name_;
  std::shared_ptr<const policy::Policy> policy_;
  std::vector<std::uint16_t> dns_ports_ = {53};
  std::optional<Time> started_;  // without a start event: the first observation
  std::vector<std::string> dns_losses_;
  BoundedMap<std::uint64_t, pods::Pod> cgroups_;
  BoundedMap<std::string, PodState> pods_;  // by pods::Pod::key()
  std::uint64_t evicted_in_pods_ = 0;
  std::uint64_t unsolicited_ = 0;
  std::map<events::CauseKind, std::uint64_t> causes_;  // packets
};

}  // namespace cnamedrop::join
