// SPDX-License-Identifier: Apache-2.0
// An observation with what the join knows about it: one line of the event file (docs/events.md). What is added is
// written and, on reading, passed over: whoever reads recomputes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/observation.h"

namespace cnamedrop::events {

// Version of the event schema, in every line. It grows when a field changes meaning or goes; a new field keeps it.
inline constexpr int schema_version = 1;

// Every drop has exactly one cause; the table in docs/events.md says when each applies. The order is the table's.
enum class CauseKind : std::uint8_t {
  Closing,
  Host,
  DnsDropped,
  Inbound,
  DeniedByRule,
  AllowedByRule,
  NoDnsRule,
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

// Forms of fields whose type does not tell (events/forms.h).
struct RrType;
struct RevealedBy;

// What the evidence of a cause is written with: every time stands there twice, as a time and as its age at the drop.
struct EvidenceContext {
  Time dropped_at;

  // Wraps instead of overflowing: times of a file may be any.
  Duration age(Time time) const {
    const auto now = static_cast<std::uint64_t>(dropped_at.time_since_epoch().count());
    const auto then = static_cast<std::uint64_t>(time.time_since_epoch().count());
    return Duration(static_cast<std::int64_t>(now - then));
  }
};

// One alias owner -> target, as the pod learned it last before it asked for the credited name.
struct AliasStep {
  dns::Name owner;
  dns::Name target;
  std::uint32_t ttl = 0;
  Time seen;
  bool by_cname_question = false;

  bool operator==(const AliasStep&) const = default;

  using json_context = EvidenceContext;
  static constexpr auto describe() {
    return json::object(
        "alias", "One alias of a chain, as the pod learned it last.",
        json::required("owner", &AliasStep::owner, "Name that is an alias."),
        json::required("target", &AliasStep::target, "Name that it is an alias of."),
        json::always("ttl", &AliasStep::ttl, "Time to live of the CNAME record in seconds."),
        json::required("seen", &AliasStep::seen, "When the pod received the record."),
        json::derived(
            "age_ns", [](const AliasStep& step, const EvidenceContext& at) { return at.age(step.seen); },
            "Age of the record at the drop. Nanoseconds, as a decimal string; negative if it lies after the drop."),
        json::derived<RevealedBy>(
            "revealed_by", &AliasStep::by_cname_question,
            "How the pod learned it: by asking a CNAME question, or inside the answer to another question."));
  }
};

// An address under the question name that a policy credits it to.
struct Credit {
  dns::Name name;
  std::uint16_t qtype = 0;
  Time learned;
  Time expires;
  std::uint32_t ttl = 0;
  bool live = false;
  std::vector<AliasStep> chain;

  bool operator==(const Credit&) const = default;

  using json_context = EvidenceContext;
  static constexpr auto describe() {
    return json::object(
        "credit", "The address under a question name that a policy credits it to.",
        json::required("name", &Credit::name, "Question name."),
        json::required<RrType>("qtype", &Credit::qtype, "Type of the question."),
        json::required("learned", &Credit::learned, "When the pod received the answer."),
        json::derived(
            "learned_age_ns", [](const Credit& credit, const EvidenceContext& at) { return at.age(credit.learned); },
            "Age of the credit at the drop. Nanoseconds, as a decimal string; negative if it lies after the drop."),
        json::required("expires", &Credit::expires,
                       "End of the credit: the smallest TTL of the answer, raised to the set minimum, plus the grace."),
        json::always("ttl", &Credit::ttl, "Smallest TTL of the A, AAAA and CNAME records of the answer, in seconds."),
        json::always("live", &Credit::live, "True if the credit had not expired when the packet was dropped."),
        json::optional("chain", &Credit::chain, "Aliases inside the crediting answer, from the question name on."));
  }
};

// How the credited name was reached from a name that the pod had asked for.
struct Chase {
  dns::Name origin;
  dns::Name credited;
  ChaseHow how = ChaseHow::Asked;
  std::vector<AliasStep> chain;
  Time origin_asked;
  std::uint16_t origin_qtype = 0;
  bool aliases_live = true;
  std::optional<bool> origin_allowed;
  std::optional<Credit> last_direct_credit;

  bool operator==(const Chase&) const = default;

  using json_context = EvidenceContext;
  static constexpr auto describe() {
    return json::object(
        "chase", "How the credited name was reached from a name that the pod had asked for.",
        json::required("origin", &Chase::origin, "Name that the pod asked for, and that a policy most likely names."),
        json::required("credited_to", &Chase::credited,
                       "Last target of the chain: the question name that holds the credit."),
        json::required("how", &Chase::how,
                       "asked: by CNAME questions along the chain; cached: from aliases kept from an earlier answer."),
        json::required("origin_asked", &Chase::origin_asked, "When the pod last asked for the origin."),
        json::derived(
            "origin_asked_age_ns",
            [](const Chase& chase, const EvidenceContext& at) { return at.age(chase.origin_asked); },
            "Age of that question at the drop. Nanoseconds, as a decimal string; negative if it lies after the drop."),
        json::required<RrType>("origin_qtype", &Chase::origin_qtype, "Type of that question."),
        json::always("aliases_live", &Chase::aliases_live,
                     "True if every alias was within its TTL when the credited name was asked for."),
        json::optional("origin_allowed", &Chase::origin_allowed,
                       "True if a selector covers the origin; only with a policy."),
        json::optional("chain", &Chase::chain, "Aliases from the origin to the credited name."),
        json::optional("last_direct_credit", &Chase::last_direct_credit,
                       "Last credit of this address to the origin itself."));
  }
};

// The selector that a finding speaks of, and where it is written.
struct SelectorCitation {
  std::string text;
  std::string source;
  dns::Name matched;

  bool operator==(const SelectorCitation&) const = default;

  static constexpr auto describe() {
    return json::object(
        "selector", "The selector that the cause speaks of.",
        json::required("text", &SelectorCitation::text, "The selector as the policy writes it."),
        json::optional("source", &SelectorCitation::source, "File and line, or command line option, that it is from."),
        json::optional("matched", &SelectorCitation::matched, "Name that it matches, or would have matched."));
  }
};

// Why a packet was dropped, as far as DNS tells.
struct Cause {
  CauseKind kind = CauseKind::NotLearned;
  dns::IpAddress address;
  std::vector<std::string> doubts;
  std::vector<Credit> credits;
  std::uint64_t credits_omitted = 0;
  std::vector<Chase> chases;
  std::vector<std::string> learned_by_pods;
  std::optional<dns::Question> question;
  std::optional<SelectorCitation> selector;
  std::string note;

  bool operator==(const Cause&) const = default;

  using json_context = EvidenceContext;
  static constexpr auto describe() {
    return json::object(
        "cause", "Why the packet was dropped, as far as DNS tells, with the evidence.",
        json::required("kind", &Cause::kind, "The first row of the table in docs/events.md that applies."),
        json::derived(
            "confidence",
            [](const Cause& cause) { return std::string_view(cause.doubts.empty() ? "full" : "partial"); },
            "full, or partial if there are doubts."),
        json::optional("doubts", &Cause::doubts,
                       "What may make the cause wrong: losses, the start of the trace, evictions."),
        json::required("address", &Cause::address, "The remote address that was judged."),
        json::optional("credits", &Cause::credits, "Credits of the address, newest first."),
        json::optional("credits_omitted", &Cause::credits_omitted, "Credits beyond those listed."),
        json::optional("chases", &Cause::chases, "One for each origin that leads to the credited name."),
        json::optional("learned_by_pods", &Cause::learned_by_pods,
                       "Other traced pods that did learn the address: their UIDs or cgroup paths."),
        json::optional("question", &Cause::question,
                       "The question that was in flight on the local endpoint, when the dropped packet is DNS itself."),
        json::optional("selector", &Cause::selector, "The selector that the cause speaks of."),
        json::optional("note", &Cause::note, "One more fact in words, for example how a selector misses."));
  }
};

// The aliases inside an answer, in the order in which they lead on from its question name.
std::vector<AliasStep> chain_of(const dns::Message& answer, Time seen);

struct DnsNote {
  std::optional<Duration> latency;  // responses: since the question
  bool unsolicited = false;         // an answer that no question in flight asked for: credits nothing
  bool credited = false;            // its addresses were credited to the question name

  bool operator==(const DnsNote&) const = default;
};

struct Event {
  Observation observation;
  std::optional<DnsNote> dns;  // of dns events
  std::optional<Cause> cause;  // of drop events

  bool operator==(const Event&) const = default;
};

// Names of the live credits of a dropped packet's remote address.
std::vector<std::string_view> remote_names(const Event& event);

}  // namespace cnamedrop::events
