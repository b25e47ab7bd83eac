// SPDX-License-Identifier: Apache-2.0
#include "explain/doubt_text.h"

#include <string_view>

#include "join/doubts.h"

namespace cnamedrop::explain {
namespace {

namespace doubt = join::doubt;

struct Sentence {
  std::string_view doubt;
  const char* text;
};
constexpr Sentence sentences[] = {
    {doubt::alias_ttl_passed, "an alias of the chain was older than its TTL when the target was asked for"},
    {doubt::cut_answer, "an answer was longer than what was copied of it: it may have held more addresses"},
    {doubt::dns_policy_missing,
     "no rule lets the pod reach its resolver, and yet it was answered: a policy is missing from the input"},
    {doubt::earlier_trace, "it rests on what an earlier trace saw: what happened in between is not known"},
    {doubt::evicted, "a table was full and forgot what the pod had learned"},
    {doubt::labels_unknown, "a policy selects pods by labels that are not known (--pods tells them)"},
    {doubt::limit_tie, "more addresses expire together than the policy engine removes: it may have kept this one"},
    {doubt::names_of_node, "a selector is from a list of the whole node: it may belong to another pod"},
    {doubt::namespace_unknown, "the namespace of the pod is not known, so which policies are for it is not certain"},
    {doubt::no_dns_seen, "no DNS of the pod was seen"},
    {doubt::opener_unknown, "which side opened the connection is not known"},
    {doubt::other_container, "only another container of the pod asked for the name"},
    {doubt::retry_awaited, "whether a retry of the connection passes is not known yet"},
    {doubt::rule_may_allow,
     "a rule names pods, services, ports or an entity that an address does not tell: it may let the packet through"},
    {doubt::rule_may_deny, "a denial names something that an address does not tell: it may be for this packet"},
    {doubt::trace_start, "the pod may still have used what it had looked up before the trace began"},
    {"missing_lines", "lines of the event file are missing or could not be read"},
    {"output", "events could not be written to the event file"},
};

}  // namespace

std::string doubt_text(const std::string& doubt) {
  for (const Sentence& sentence : sentences)
    if (sentence.doubt == doubt) return sentence.text;
  return "DNS messages may be missing: " + doubt;
}

}  // namespace cnamedrop::explain
