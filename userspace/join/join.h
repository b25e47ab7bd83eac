// SPDX-License-Identifier: Apache-2.0
// Joins drops with the way their addresses were learned, pod by pod. Does no I/O and asks no clock: time comes with the
// observation, so that a recorded file gives the same findings as the live trace.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "events/event.h"
#include "events/observation.h"
#include "join/cause.h"
#include "join/drop_case.h"
#include "join/pod_state.h"
#include "join/settings.h"
#include "policy/pod_policy.h"
#include "policy/policy.h"
#include "types/bounded_map.h"
#include "types/hash.h"

namespace cnamedrop::join {

class Join {
 public:
  // policy: what the drops are judged by; null to judge without selectors.
  explicit Join(const Settings& settings, std::shared_ptr<const policy::Policy> policy = nullptr);

  // Drops from here on are judged by another policy; what the pods learned stays.
  void set_policy(std::shared_ptr<const policy::Policy> policy);

  // Takes the next observation, in order of time, and returns it with what is known about it. It may be of any node and
  // any trace. A recorded observation tells its pod itself: a file that was rotated begins in the middle of a trace.
  events::Event annotate(events::Observation observation);

  // What the policy says about a pod; null without a policy. pod may be null: unknown.
  std::shared_ptr<const policy::PodPolicy> policy_for(const pods::Pod* pod);

  // Lines of this trace are missing before the observation: what they told may have been an answer.
  void note_missing_lines(const events::Observation& before);

  // What is known of each pod, by pod_key().
  const BoundedMap<std::string, PodState>& pods() const { return pods_; }

  // Kinds of loss so far, of any trace, that may have cost DNS messages.
  std::vector<std::string> dns_losses() const;

  // Entries that went from full tables, over all pods.
  std::uint64_t evicted() const { return evicted_in_pods_ + pods_.evicted() + cgroups_.evicted(); }

  // Every counter of the join by its name in the totals of the stop event.
  std::map<std::string, std::uint64_t> totals() const;

 private:
  // What belongs to one trace of one node.
  struct Trace {
    std::uint64_t serial = 0;  // another one after each start event: cgroup ids may mean something else by then
    Time started;              // without a start event: the first observation
    std::vector<std::uint16_t> dns_ports = {53};
    LossTimes losses;  // that may have cost DNS messages of any pod
  };
  // A connection, or a flow of another protocol with ports, whose packets were dropped.
  struct ConnectionKey {
    std::string pod;  // pod_key()
    std::uint8_t protocol = 0;
    dns::Endpoint local;
    dns::Endpoint remote;

    bool operator==(const ConnectionKey&) const = default;
  };
  struct ConnectionKeyHash {
    std::size_t operator()(const ConnectionKey& key) const noexcept;
  };
  // Judged at its first packet: what runs out while it is retried changes nothing.
  struct Connection {
    Time last;
    events::Cause cause;
  };
  struct CgroupKey {
    std::uint64_t trace = 0;  // Trace::serial
    std::uint64_t cgroup_id = 0;

    bool operator==(const CgroupKey&) const = default;
  };
  struct CgroupKeyHash {
    std::size_t operator()(const CgroupKey& key) const noexcept { return mix_hash(key.trace, key.cgroup_id); }
  };

  PodState& state_of(const std::string& pod, Time time);
  Trace& trace_of(const events::Observation& observation);
  void begin(Trace& trace, Time time);
  void name_pod(const Trace& trace, events::Observation& observation);
  void on_dns(const events::DnsSeen& dns, events::Event& event);
  static void on_question(const events::DnsSeen& dns, Time time, PodState& pod);
  void on_answer(const events::DnsSeen& dns, Time time, PodState& pod, events::DnsNote& note);
  void on_lost(const events::Lost& lost, Trace& trace, const events::Observation& observation);
  void on_drop(const Trace& trace, const events::Dropped& drop, events::Event& event);
  events::Cause judge(const Trace& trace, const events::Dropped& drop, const events::Observation& observation,
                      bool is_retry);
  void add_other_pods(const dns::IpAddress& address, const std::string& except, Time at, TraceContext& context) const;

  Settings settings_;
  std::shared_ptr<const policy::Policy> policy_;
  BoundedMap<std::string, std::shared_ptr<const policy::PodPolicy>> pod_policies_;  // by who the pod is
  BoundedMap<std::string, Trace> traces_;                                           // by node and trace id
  std::uint64_t traces_begun_ = 0;
  BoundedMap<CgroupKey, std::shared_ptr<const pods::Pod>, CgroupKeyHash> cgroups_;
  BoundedMap<std::string, PodState> pods_;  // by pod_key()
  BoundedMap<ConnectionKey, Connection, ConnectionKeyHash> connections_;
  std::uint64_t evicted_in_pods_ = 0;
  std::uint64_t unsolicited_ = 0;
  std::map<events::CauseKind, std::uint64_t> causes_;  // packets
};

}  // namespace cnamedrop::join
