// SPDX-License-Identifier: Apache-2.0
// What goes wrong before any packet could be dropped: names that are refused, answers without an address or truncated,
// questions without an answer. What failed on the way of a look-up that then worked is nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "explain/deadlines.h"
#include "explain/report.h"
#include "join/join.h"
#include "types/bounded_map.h"

namespace cnamedrop::explain {

class DnsFindings {
 public:
  DnsFindings();

  // event: a question or an answer, in order of time.
  void add(const events::Event& event);

  // All findings, without client and cures; join: what the pods had learned by then. What is still waited for counts
  // only if its time was over by the end of the trace.
  std::vector<DnsFinding> take(Time end, const join::Join& join);

  std::uint64_t omitted() const { return names_.evicted(); }

 private:
  // A question as it stands in flight, to whichever resolver: of several that are asked at once, one that answers is
  // enough. For TCP retries without id and local port.
  struct Awaited {
    std::string pod;  // join::pod_key()
    dns::Endpoint local;
    std::uint16_t id = 0;
    dns::Question question;

    bool operator==(const Awaited&) const = default;
  };
  struct AwaitedHash {
    std::size_t operator()(const Awaited& awaited) const noexcept;
  };
  using Waiting = Deadlines<Awaited, AwaitedHash>;

  // How often something happened to look-ups of one name, of whatever type.
  struct Trouble {
    std::uint64_t count = 0;
    dns::Question question;  // the first one
    dns::Endpoint resolver;
    Time first;
    Time last;

    void add(const dns::Question& asked, const dns::Endpoint& by, Time time);
  };
  // The look-ups of one name by one pod.
  struct NameLog {
    Trouble refused;
    Trouble alias_only;  // of questions for A
    Trouble truncated;
    Trouble unanswered;
    dns::Name last_alias;           // of the last answer with aliases alone: the end of its chain
    std::optional<Time> worked;     // the last answer with anything in it
    std::optional<Time> addresses;  // the last answer with an address
    dns::Endpoint last_resolver;
  };
  struct PodLog {
    explicit PodLog(std::size_t max_names) : names(max_names) {}

    std::string node_name;
    std::shared_ptr<const pods::Pod> pod;
    std::uint64_t cgroup_id = 0;
    BoundedMap<dns::Name, NameLog> names;
  };
  class Collection;

  void add_answer(NameLog& log, const events::DnsSeen& seen, const Awaited& awaited, Time time);
  void pass(Time now);
  NameLog* find(const Awaited& awaited);

  Waiting unanswered_;
  Waiting truncated_;
  BoundedMap<std::string, PodLog> names_;  // by join::pod_key()
};

}  // namespace cnamedrop::explain
