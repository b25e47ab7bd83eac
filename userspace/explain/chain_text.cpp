// SPDX-License-Identifier: Apache-2.0
// One line an alias, the name first: the eye follows the arrows down.
#include "explain/chain_text.h"

#include <algorithm>

#include "dns/message.h"
#include "events/enum_names.h"

namespace cnamedrop::explain {
namespace {

constexpr std::size_t chain_indent = 6;

std::string ago(Time then, Time dropped_at) { return age_text(elapsed(then, dropped_at)) + " ago"; }

std::string life(const events::Credit& credit, Time dropped_at) {
  if (credit.live) return "live for " + age_text(elapsed(dropped_at, credit.expires)) + " more";
  return "expired " + ago(credit.expires, dropped_at);
}

// So that what is said of the names stands in one column. A name may have 255 bytes: those do not count.
std::size_t column(const dns::Name& first, const std::vector<events::AliasStep>& chain) {
  constexpr std::size_t widest = 60;
  std::size_t width = first.size() < widest ? first.size() : 0;
  for (const events::AliasStep& step : chain)
    if (step.target.size() < widest) width = std::max(width, step.target.size());
  return width;
}

void append_steps(TextLines& lines, const std::vector<events::AliasStep>& chain, std::size_t width, Time dropped_at) {
  for (const events::AliasStep& step : chain)
    lines.line(chain_indent, "-> {:<{}}  {} {}, TTL {} s", dns::short_name(step.target), width,
               step.by_cname_question ? "answer to a CNAME question" : "inside another answer",
               ago(step.seen, dropped_at), step.ttl);
}

}  // namespace

std::string age_text(Duration age) {
  const double seconds = std::chrono::duration<double>(age).count();
  if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

void append_credit(TextLines& lines, const events::Credit& credit, Time dropped_at) {
  lines.line(4, "credited to {}: {} answer {}, TTL {} s, {}", dns::short_name(credit.name),
             dns::rr_type_to_string(credit.qtype), ago(credit.learned, dropped_at), credit.ttl,
             life(credit, dropped_at));
  if (credit.chain.empty()) return;
  lines.line(chain_indent, "{}", dns::short_name(credit.name));
  append_steps(lines, credit.chain, column(credit.name, credit.chain), dropped_at);
}

void append_chase(TextLines& lines, const events::Chase& chase, const events::Cause& cause, Time dropped_at) {
  const bool asked = chase.how == events::ChaseHow::Asked;
  const std::size_t width = column(chase.origin, chase.chain);
  const std::string_view origin = dns::short_name(chase.origin);
  lines.line(4, "{}: {} (ages at the first drop)", events::to_string(chase.how),
             asked ? "the pod asked CNAME questions along the chain"
                   : "the pod kept the aliases of an earlier answer and asked for the target alone");
  lines.line(chain_indent, "{:<{}}  asked for {}, last {}", origin, width + 3, ago(chase.origin_asked, dropped_at),
             dns::rr_type_to_string(chase.origin_qtype));
  append_steps(lines, chase.chain, width, dropped_at);
  for (const events::Credit& credit : cause.credits)
    if (credit.name == chase.credited)
      lines.line(chain_indent, "=> {:<{}}  answer to {} {} {}, TTL {} s: credited to that name alone",
                 dns::to_string(cause.address), width, dns::rr_type_to_string(credit.qtype),
                 dns::short_name(credit.name), ago(credit.learned, dropped_at), credit.ttl);
  if (const auto& direct = chase.last_direct_credit)
    lines.line(4, "{} itself was last credited {}, TTL {} s: {}", origin, ago(direct->learned, dropped_at), direct->ttl,
               life(*direct, dropped_at));
  else
    lines.line(4, "{} itself was never credited with the address in this trace", origin);
}

}  // namespace cnamedrop::explain
