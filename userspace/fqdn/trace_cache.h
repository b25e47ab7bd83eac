// SPDX-License-Identifier: Apache-2.0
// What the FQDN cache of a policy engine would hold, had it seen what a recorded trace saw. Reads no file and asks no
// clock. What of it Cilium's own list confirms is for comparison.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "fqdn/lookup.h"
#include "join/join.h"
#include "types/bounded_map.h"

namespace cnamedrop::fqdn {

struct TraceOptions {
  join::Settings join;
  std::optional<Time> at;  // what is learned later does not count; without it: the end of the trace
  std::string pod;         // the beginning of "namespace/name" or of the name, or a cgroup; "": every pod
};

// An address of a pod under a name, whether live or not.
struct TraceCredit {
  const std::string* pod_key;
  const join::PodState* pod;
  dns::IpAddress address;
  const join::CreditEntry* credit;
};

// How an answer reached the pod.
struct AnswerWay {
  Time time;
  std::uint8_t protocol = events::protocol::UDP;
  dns::Endpoint resolver;
};

class TraceCache {
 public:
  explicit TraceCache(TraceOptions options);

  // Takes the next event in order of the file.
  void take(events::Event event);

  // The live credits of the chosen pods, an object for each look-up, in the order of their names. An address stands in
  // the look-up that lives longest.
  std::vector<Lookup> lookups() const;

  // Of all pods. The pointers hold until the next take().
  std::vector<TraceCredit> credits() const;

  const TraceOptions& options() const { return options_; }
  Time begin() const { return begin_; }  // the first event
  Time at() const { return options_.at.value_or(end_); }
  bool empty() const { return !began_; }  // no event, or none until at()
  bool chosen(const std::string& pod_key) const;
  std::string pod_text(const std::string& pod_key) const;
  bool live(const TraceCredit& credit) const { return credit.credit->live(at()); }
  // Of the answer that credited, unless later ones have taken its place.
  const AnswerWay* way_of(const TraceCredit& credit) const;
  const std::vector<std::uint16_t>& dns_ports() const { return dns_ports_; }
  const join::Join& join() const { return join_; }

 private:
  void note_pod(const events::Event& event);
  void note_way(const events::Event& event);

  static constexpr std::size_t max_ways = 65536;

  TraceOptions options_;
  join::Join join_;
  BoundedMap<std::string, std::string> pod_texts_;  // by key
  BoundedMap<std::string, AnswerWay> ways_;         // of the last crediting answer by pod, name and type
  std::vector<std::uint16_t> dns_ports_ = {53};
  bool began_ = false;
  Time begin_;
  Time end_;
};

// A credit as Cilium would list it, with its one address.
Lookup to_lookup(const TraceCache& trace, const TraceCredit& credit);

}  // namespace cnamedrop::fqdn
