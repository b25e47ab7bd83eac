// An observation with what the join knows about it: one line of the event file (docs/events.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/observation.h"

namespace cnamedrop::events {

// Version of the event schema, in every line. It grows when a field changes meaning or goes; a new field keeps it.
inline constexpr int schema_version = 1;

// Exactly one a drop; the table in docs/events.md says when each holds. The order is the order of the table.
enum class CauseKind : std::uint8_t {
  DnsDropped,
  NotLearned,
  TooFresh,
  OverLimit,
  PortMismatch,
  AllowedByName,
  SearchSuffix,
  CnameOnly,
  SelectsTarget,
  NearMiss,
  NameMismatch,
  Expired,
  Learned,
};

enum class ChaseHow : std::uint8_t {
  Asked,   // the pod asked CNAME questions along the chain
  Cached,  // the pod kept the aliases of an earlier answer and asked the target directly
};

// One alias owner -> target, as the pod learned it last before it asked for the credited name.
struct AliasStep {
  dns::Name owner;
  dns::Name target;
  std::uint32_t ttl = 0;  // seconds
  Time seen = 0;
  bool by_cname_question = false;  // else it stood inside the answer to another question

  bool operator==(const AliasStep&) const = default;
};

// An address under the question name that a policy credits it to.
struct Credit {
  dns::Name name;
  std::uint16_t qtype = 0;
  Time learned = 0;
  Time expires = 0;              // learned + minimum TTL of the answer, raised to the set minimum, plus grace
  std::uint32_t ttl = 0;         // seconds: the minimum over A, AAAA and CNAME of the answer
  bool live = false;             // at the time of the drop
  std::vector<AliasStep> chain;  // aliases inside the crediting answer, from the question name on

  bool operator==(const Credit&) const = default;
};

// How the credited name was reached from a name that the pod had asked for.
struct Chase {
  dns::Name origin;
  dns::Name credited;  // the last target: the question name of the credit
  ChaseHow how = ChaseHow::Asked;
  std::vector<AliasStep> chain;  // origin -> ... -> credited
  Time origin_asked = 0;
  std::uint16_t origin_qtype = 0;            // of the last question for the origin
  bool aliases_live = true;                  // every alias was within its TTL when the credited name was asked
  std::optional<bool> origin_allowed;        // only with a policy: a selector covers the origin
  std::optional<Credit> last_direct_credit;  // the last credit of this address to the origin itself

  bool operator==(const Chase&) const = default;
};

// The selector that a finding speaks of, and where it is written.
struct SelectorCitation {
  std::string text;    // "matchName: login.microsoftonline.com"
  std::string source;  // "policy.yaml:12" or "--allow-name"
  dns::Name matched;   // the name that it matched (or would have matched)

  bool operator==(const SelectorCitation&) const = default;
};

struct Cause {
  CauseKind kind = CauseKind::NotLearned;
  dns::IpAddress address;                    // R: the remote address that was judged
  std::vector<std::string> doubts;           // why the confidence is partial; empty: full
  std::vector<Credit> credits;               // all credits of R, newest first, bounded
  std::uint64_t credits_omitted = 0;         // beyond the bound
  std::vector<Chase> chases;                 // cname_only: one for each origin
  std::vector<std::string> learned_by_pods;  // not_learned: other traced pods (their keys) that did learn R
  std::optional<dns::Question> question;     // dns_dropped: the question in flight on this local endpoint, if seen
  std::optional<SelectorCitation> selector;  // only with a policy
  std::string note;                          // one more fact in words, for example how a selector misses; or ""

  bool operator==(const Cause&) const = default;
};

struct DnsNote {
  std::optional<std::uint64_t> latency_ns;  // responses: since the question
  bool unsolicited = false;                 // an answer that no question in flight asked for: credits nothing
  bool credited = false;                    // its addresses were credited to the question name

  bool operator==(const DnsNote&) const = default;
};

struct Event {
  Observation observation;
  std::string node_name;
  std::uint64_t cgroup_id = 0;          // 0 for start, lost, stop
  std::optional<pods::Pod> pod;         // of dns, drop and pod events
  std::optional<DnsNote> dns;           // of dns events
  std::optional<Cause> cause;           // of drop events
  std::vector<dns::Name> remote_names;  // of drop events: names of the live credits of the remote address

  bool operator==(const Event&) const = default;
};

}  // namespace cnamedrop::events
