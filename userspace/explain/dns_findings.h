// SPDX-License-Identifier: Apache-2.0
// What goes wrong before any packet could be dropped: names that are refused, answers that are truncated and not asked
// for again, questions without an answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/event.h"
#include "explain/deadlines.h"
#include "explain/report.h"
#include "policy/policy.h"
#include "types/bounded_map.h"

namespace cnamedrop::explain {

class DnsFindings {
 public:
  // policy: its DNS rules say which names may be asked for; may be null.
  explicit DnsFindings(std::shared_ptr<const policy::Policy> policy);

  // event: a question or an answer, in order of time.
  void add(const events::Event& event);

  // All findings; what is still waited for counts only if its time was over by the end of the trace.
  std::vector<DnsFinding> take(Time end);

  std::uint64_t omitted() const { return findings_.evicted(); }

 private:
  // A question as it stands in flight; for TCP retries without id and local port.
  struct Awaited {
    std::string pod;  // join::pod_key()
    dns::Endpoint local;
    dns::Endpoint resolver;
    std::uint16_t id = 0;
    dns::Question question;

    bool operator==(const Awaited&) const = default;
  };
  struct Who {
    std::string node_name;
    std::shared_ptr<const pods::Pod> pod;
    std::uint64_t cgroup_id = 0;
  };
  struct AwaitedHash {
    std::size_t operator()(const Awaited& awaited) const noexcept;
  };
  using Waiting = Deadlines<Awaited, AwaitedHash>;

  void add_question(const Awaited& awaited, const events::DnsSeen& seen, Time time);
  void add_answer(const Awaited& awaited, const events::DnsSeen& seen, Time time);
  void pass(Time now);
  void count(DnsTrouble trouble, const Awaited& awaited, Time time);
  std::string note_on(DnsTrouble trouble, const dns::Name& name) const;

  std::shared_ptr<const policy::Policy> policy_;
  Waiting unanswered_;
  Waiting truncated_;
  BoundedMap<std::string, Who> pods_;  // by join::pod_key()
  BoundedMap<std::string, DnsFinding> findings_;
};

}  // namespace cnamedrop::explain
