// One line an alias, the name first: the eye follows the arrows down.
#include "explain/chain_text.h"

#include <algorithm>

#include "dns/message.h"
#include "join/elapsed.h"

namespace cnamedrop::explain {
namespace {

constexpr std::size_t chain_indent = 6;

std::string before(events::Time then, events::Time dropped_at) {
  return age_text(join::elapsed(then, dropped_at)) + " before the drop";
}

std::string life(const events::Credit& credit, events::Time dropped_at) {
  if (credit.live) return "live for " + age_text(join::elapsed(dropped_at, credit.expires)) + " more";
  return "expired " + age_text(join::elapsed(credit.expires, dropped_at)) + " before it";
}

void append_step(TextLines& lines, const events::AliasStep& step, events::Time dropped_at) {
  const char* how = step.by_cname_question ? "revealed by a CNAME question" : "revealed inside an answer";
  lines.line(chain_indent, "-> {:<46} CNAME, TTL {} s, {} {}", short_name(step.target), step.ttl, how,
             before(step.seen, dropped_at));
}

}  // namespace

std::string_view short_name(std::string_view name) {
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  return name;
}

std::string age_text(events::Time nanoseconds) {
  const double seconds = static_cast<double>(nanoseconds) / 1e9;
  if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

void append_credit(TextLines& lines, const events::Credit& credit, events::Time dropped_at) {
  lines.line(4, "credited to {}: {} answer {}, TTL {} s, {}", short_name(credit.name),
             dns::rr_type_to_string(credit.qtype), before(credit.learned, dropped_at), credit.ttl,
             life(credit, dropped_at));
  if (credit.chain.empty()) return;
  lines.line(chain_indent, "{}", short_name(credit.name));
  for (const events::AliasStep& step : credit.chain) append_step(lines, step, dropped_at);
}

void append_chase(TextLines& lines, const events::Chase& chase, const events::Cause& cause, events::Time dropped_at) {
  const bool asked = chase.how == events::ChaseHow::Asked;
  lines.line(4, "the pod followed the aliases itself ({}): {}", asked ? "asked" : "cached",
             asked ? "it asked CNAME questions along the chain"
                   : "it kept the aliases of an earlier answer and asked for the target alone");
  lines.line(chain_indent, "{:<49} asked for ({}) {}", short_name(chase.origin),
             dns::rr_type_to_string(chase.origin_qtype), before(chase.origin_asked, dropped_at));
  for (const events::AliasStep& step : chase.chain) append_step(lines, step, dropped_at);
  for (const events::Credit& credit : cause.credits) {
    if (credit.name != chase.credited) continue;
    lines.line(chain_indent, "=> {:<46} {}, TTL {} s, learned {}, credited to {} alone", dns::to_string(cause.address),
               dns::rr_type_to_string(credit.qtype), credit.ttl, before(credit.learned, dropped_at),
               short_name(credit.name));
  }
  if (const auto& direct = chase.last_direct_credit)
    lines.line(4, "{} itself was last credited {}, TTL {} s, {}", short_name(chase.origin),
               before(direct->learned, dropped_at), direct->ttl, life(*direct, dropped_at));
  else
    lines.line(4, "{} itself was never credited with this address in this trace", short_name(chase.origin));
}

}  // namespace cnamedrop::explain
