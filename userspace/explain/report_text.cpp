// SPDX-License-Identifier: Apache-2.0
// From the whole to the detail: the trace, then finding by finding what, where, why, and what to do.
#include "explain/report_text.h"

#include "dns/message.h"
#include "events/enum_names.h"
#include "explain/chain_text.h"
#include "explain/doubt_text.h"
#include "output/short_text.h"
#include "output/text_lines.h"

namespace cnamedrop::explain {
namespace {

using events::CauseKind;
using output::time_text;

// With the node where there are several.
template <typename Finding>
std::string who(const Finding& finding, const Report& report) {
  std::string text =
      finding.pod == nullptr ? "cgroup " + std::to_string(finding.cgroup_id) : output::pod_text(finding.pod.get());
  if (report.node_names.size() > 1 && !finding.node_name.empty()) text += " on " + finding.node_name;
  return text;
}

std::string nodes_text(const std::set<std::string>& names) {
  if (names.empty()) return "";
  return names.size() == 1 ? " of node " + *names.begin() : fmt::format(" of {} nodes", names.size());
}

std::string plural(std::uint64_t count, const char* noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string remote_text(const Remote& remote) {
  const std::string endpoint = output::endpoint_text(remote.endpoint);
  const std::string protocol = events::protocol_to_string(remote.protocol);
  return remote.endpoint.port == 0 ? endpoint + " (" + protocol + ')' : endpoint + '/' + protocol;
}

const char* meaning(CauseKind kind) {
  switch (kind) {
    case CauseKind::Closing:
      return "the conversation was over";
    case CauseKind::Host:
      return "no policy drops packets for this reason";
    case CauseKind::DnsDropped:
      return "the dropped packets are DNS messages of the pod itself";
    case CauseKind::Inbound:
      return "the other side opened the connection, or the packets travelled towards the pod: names do not decide";
    case CauseKind::DeniedByRule:
      return "a rule of the policy denies the address";
    case CauseKind::AllowedByRule:
      return "the policy lets the address through without a name: the reason is elsewhere";
    case CauseKind::NoDnsRule:
      return "the policy selects names and has no rules.dns: no name is ever credited";
    case CauseKind::NotLearned:
      return "no answer that the pod received holds the address";
    case CauseKind::TooFresh:
      return "the selector matches, but the packet was faster than the policy";
    case CauseKind::OverLimit:
      return "the selector matches, but its name has more addresses than the policy engine keeps";
    case CauseKind::PortMismatch:
      return "the selector matches the name but not the port";
    case CauseKind::AllowedByName:
      return "the policy allows it by name: the reason is elsewhere";
    case CauseKind::SearchSuffix:
      return "the address was learned under a selected name with a search domain behind it";
    case CauseKind::CnameOnly:
      return "the address was learned only under a name that the pod reached by following aliases";
    case CauseKind::SelectsTarget:
      return "the policy selects what the pod's name is an alias of";
    case CauseKind::NearMiss:
      return "a selector almost matches the name";
    case CauseKind::NameMismatch:
      return "no selector matches the name: denied as written";
    case CauseKind::Expired:
      return "the address was learned, and its TTL had run out";
    case CauseKind::Learned:
      return "the address was learned under the name that the pod asked for; no policy to judge by";
  }
  return "";
}

void append_reading(TextLines& lines, const Report& report) {
  if (report.events == 0) {
    lines.line(0, "no events");
  } else {
    lines.line(0, "{}{}: {} to {}{}", plural(report.events, "event"), nodes_text(report.node_names),
               time_text(report.first), time_text(report.last),
               report.ended ? "" : "; the trace was cut, or is still being written");
  }
  if (report.lines_skipped != 0)
    lines.line(0, "{} skipped, which no event could be read from:", plural(report.lines_skipped, "line"));
  for (const std::string& problem : report.problems) lines.line(2, "{}", problem);
  if (report.lines_missing != 0)
    lines.line(0, "{} missing: lost when the file was written or since", plural(report.lines_missing, "line"));
  if (!report.read_error.empty()) lines.line(0, "reading ended early: {}", report.read_error);
  for (const auto& [what, count] : report.lost) lines.line(0, "lost: {} {}", count, what);
}

void append_what(TextLines& lines, const Finding& finding) {
  std::string to;
  for (const auto& [remote, packets] : finding.remotes.packets) (to += to.empty() ? "" : ", ") += remote_text(remote);
  if (finding.remotes.others != 0) to += " and others";
  const std::string connections = finding.connections == 0 ? "" : " of " + plural(finding.connections, "connection");
  lines.line(2, "{}{} to {}", plural(finding.packets, "packet"), connections, to);
  if (finding.packets == 1)
    lines.line(2, "at {}", time_text(finding.first));
  else
    lines.line(2, "from {} to {}", time_text(finding.first), time_text(finding.last));
  for (const auto& [place, packets] : finding.places.packets) {
    lines.line(2, "{} of them dropped {} {}{}, reason {}", packets,
               place.symbol.empty() ? "at an unknown place" : "in " + place.symbol,
               place.direction == events::Direction::Egress ? "on the way out" : "on the way in",
               place.interface.empty() ? "" : " at " + place.interface,
               place.reason.empty() ? "unknown" : place.reason);
  }
  if (finding.places.others != 0) lines.line(2, "{} of them at other places", finding.places.others);
}

void append_why(TextLines& lines, const Finding& finding) {
  const events::Cause& cause = finding.cause;
  lines.line(2, "why: {}", meaning(finding.kind));
  for (const events::Chase& chase : cause.chases) append_chase(lines, chase, cause, finding.first);
  if (cause.chases.empty())
    for (const events::Credit& credit : cause.credits) append_credit(lines, credit, finding.first);
  if (cause.credits_omitted != 0) lines.line(4, "and {} more", plural(cause.credits_omitted, "credit"));
  if (cause.question)
    lines.line(4, "question in flight: {} {}", dns::rr_type_to_string(cause.question->type),
               dns::short_name(cause.question->name));
  for (const std::string& pod : cause.learned_by_pods) lines.line(4, "another pod did learn it: {}", pod);
}

void append_selector(TextLines& lines, const Finding& finding) {
  if (const auto& selector = finding.cause.selector) {
    const bool would = finding.kind == CauseKind::CnameOnly && finding.cause.note.empty();
    lines.line(2, "selector: {} ({}) {} {}", selector->text, selector->source,
               would ? "would have matched" : "speaks of", dns::short_name(selector->matched));
  }
  if (!finding.cause.note.empty()) lines.paragraph(2, "note: " + finding.cause.note);
}

void append_doubts(TextLines& lines, const Finding& finding) {
  if (finding.doubts.empty()) return;
  lines.line(2, "doubts:");
  for (const std::string& doubt : finding.doubts) lines.paragraph(4, "- " + doubt_text(doubt));
}

const char* verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::Holds:
      return "";
    case Verdict::HoldsNow:
      return "with a warning: ";
    case Verdict::Fails:
      return "NOT a cure here: ";
  }
  return "";
}

void append_client(TextLines& lines, const Client& client) {
  if (client.kind != ClientKind::Unknown)
    lines.paragraph(2, fmt::format("client: {}: {}", events::to_string(client.kind), client.evidence));
  if (client.candidates.empty()) return;
  std::string names;
  for (const ClientKind kind : client.candidates) (names += names.empty() ? "" : " or ") += events::to_string(kind);
  lines.paragraph(2, fmt::format("client: {}: {}; what would tell: {}", names, client.evidence, client.tell_apart));
}

template <typename Finding>
void append_cures(TextLines& lines, const Finding& finding) {
  append_client(lines, finding.client);
  if (finding.cures.empty()) return;
  lines.line(2, "what to do:");
  for (const Cure& cure : finding.cures) {
    lines.paragraph(4, fmt::format("- {}{}", verdict_text(cure.verdict), cure.what));
    if (!cure.why.empty()) lines.paragraph(6, cure.why);
    lines.block(8, cure.patch);
  }
}

void append_finding(TextLines& lines, const Finding& finding, const Report& report) {
  std::string names;
  for (const dns::Name& name : finding.names)
    names += (names.empty() ? ": " : ", ") + std::string(dns::short_name(name));
  lines.blank();
  lines.line(0, "{}  {}{}", who(finding, report), events::to_string(finding.kind), names);
  append_what(lines, finding);
  append_why(lines, finding);
  append_selector(lines, finding);
  append_doubts(lines, finding);
  append_cures(lines, finding);
}

void append_dns_finding(TextLines& lines, const DnsFinding& finding, const Report& report) {
  constexpr const char* meanings[] = {"refused: the name could not be resolved, so no packet was sent or dropped",
                                      "answered with aliases and no address, after which nothing was sent",
                                      "truncated, and not asked again over TCP: addresses may be missing",
                                      "without an answer"};
  lines.blank();
  lines.line(0, "{}  {}", who(finding, report), events::to_string(finding.trouble));
  lines.line(2, "{} {} at {}: {} {}", dns::rr_type_to_string(finding.question.type),
             dns::short_name(finding.question.name), dns::to_string(finding.resolver.address),
             plural(finding.count, "time"), meanings[static_cast<std::size_t>(finding.trouble)]);
  if (finding.names.size() > 1) {
    std::string names;
    for (const dns::Name& name : finding.names) (names += names.empty() ? "" : ", ") += dns::short_name(name);
    lines.paragraph(2, "names: " + names);
  }
  lines.line(2, "from {} to {}", time_text(finding.first), time_text(finding.last));
  for (const events::Chase& chase : finding.chases) append_chase(lines, chase, {}, finding.first);
  if (!finding.note.empty()) lines.line(2, "note: {}", finding.note);
  append_cures(lines, finding);
}

void append_assumption(TextLines& lines, const Assumption& assumption) {
  lines.blank();
  lines.line(0, "had the client asked in the order {}:", assumption.order);
  if (assumption.packets_gone + assumption.packets_cached == 0) lines.line(2, "no drop of this trace depends on it");
  if (assumption.packets_gone != 0)
    lines.line(2, "{} would have passed, credited to the name that the client would have asked for:",
               plural(assumption.packets_gone, "packet"));
  for (const dns::Name& name : assumption.origins_gone) lines.line(4, "{}", dns::short_name(name));
  if (assumption.packets_cached != 0)
    lines.line(2,
               "{} would have been dropped all the same: the client would have followed aliases of its cache (cached)",
               plural(assumption.packets_cached, "packet"));
}

}  // namespace

void append_text(std::string& out, const Report& report) {
  TextLines lines(out);
  append_reading(lines, report);
  if (report.assumption) append_assumption(lines, *report.assumption);
  for (const Finding& finding : report.findings) append_finding(lines, finding, report);
  for (const DnsFinding& finding : report.dns_findings) append_dns_finding(lines, finding, report);
  const std::uint64_t omitted = report.findings_omitted + report.dns_findings_omitted;
  lines.blank();
  if (omitted != 0) lines.line(0, "{} beyond the bound are not shown", plural(omitted, "finding"));
  if (report.findings.empty() && report.dns_findings.empty()) {
    const char* nothing = report.closing_packets != 0 ? "nothing found: no other drops, no DNS trouble"
                                                      : "nothing found: no drops, no DNS trouble";
    lines.line(0, "{}", report.assumption ? "nothing else found" : nothing);
  }
  if (report.closing_packets != 0)
    lines.line(0, "{} dropped at the end of conversations: closed sockets, late answers, copies",
               plural(report.closing_packets, "packet"));
}

}  // namespace cnamedrop::explain
