// SPDX-License-Identifier: Apache-2.0
// The order of the columns is that of the question: when, what, who, from where to where, why the kernel says, and why
// the names say.
#include "output/compact_line.h"

#include <fmt/format.h>

#include <iterator>

#include "events/enum_names.h"
#include "output/printable.h"
#include "output/short_text.h"

namespace cnamedrop::output {
namespace {

using events::Cause;
using events::Event;

template <typename... Args>
void print(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

void append_flags(std::string& out, std::uint8_t flags) {
  char before = ' ';
  for (std::size_t bit = 0; bit < events::tcp_flag_names.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    out += before;
    out += events::tcp_flag_names[bit];
    before = ',';
  }
}

void append_chase(std::string& out, const events::Chase& chase) {
  const std::string_view between = chase.chain.size() > 1 ? "... -> " : "";
  print(out, " {} -> {}{} ({})", dns::short_name(chase.origin), between, dns::short_name(chase.credited),
        events::to_string(chase.how));
}

// The kind, with a question mark where there are doubts, and the one piece of evidence that says most.
void append_cause(std::string& out, const Cause& cause) {
  print(out, "  {}{}:", events::to_string(cause.kind), cause.doubts.empty() ? "" : "?");
  if (cause.kind == events::CauseKind::Closing) return out.pop_back();
  if (cause.kind == events::CauseKind::CnameOnly) {
    for (const events::Chase& chase : cause.chases) append_chase(out, chase);
  } else if (cause.question) {
    print(out, " {} {}", dns::rr_type_to_string(cause.question->type), dns::short_name(cause.question->name));
  } else if (!cause.credits.empty()) {
    print(out, " {}", dns::short_name(cause.credits.front().name));
  }
  if (cause.selector) print(out, " [{}]", cause.selector->text);
  if (!cause.note.empty()) print(out, " {}", cause.note);
  if (out.back() == ':') out.pop_back();
}

void append_body(std::string& out, const Event& event, const events::Dropped& drop) {
  const bool egress = drop.direction == events::Direction::Egress;
  print(out, "DROP {} {} {} > {}", pod_text(event.observation.pod.get()), events::protocol_to_string(drop.protocol),
        endpoint_text(egress ? drop.local : drop.remote), endpoint_text(egress ? drop.remote : drop.local));
  append_flags(out, drop.tcp_flags);
  if (!drop.reason.empty()) print(out, " {}", short_reason(drop.reason));
  if (!drop.symbol.empty()) print(out, " {}", drop.symbol.substr(0, drop.symbol.find('+')));
  if (!drop.interface.empty()) print(out, " {}", drop.interface);
  if (drop.count != 1) print(out, " x{}", drop.count);
  if (event.cause) append_cause(out, *event.cause);
}

void append_answers(std::string& out, const std::vector<dns::Record>& answers) {
  for (const dns::Record& answer : answers) {
    if (answer.addresses.empty()) {
      print(out, " {} {}", dns::rr_type_to_string(answer.type), dns::short_name(answer.target));
    }
    for (const dns::IpAddress& address : answer.addresses) print(out, " {}", dns::to_string(address));
  }
}

void append_body(std::string& out, const Event& event, const events::DnsSeen& seen) {
  const dns::Message& message = seen.message;
  print(out, "DNS  {} {} {}", pod_text(event.observation.pod.get()), message.response ? '<' : '>',
        endpoint_text(seen.resolver));
  for (const dns::Question& question : message.questions) {
    print(out, " {}? {}", dns::rr_type_to_string(question.type), dns::short_name(question.name));
  }
  if (!message.response) return;
  print(out, " {}", dns::rcode_to_string(message.rcode));
  append_answers(out, message.answers);
  if (message.truncated) print(out, " truncated");
  if (!event.dns) return;
  if (event.dns->latency)
    print(out, " {:.1f}ms", std::chrono::duration<double, std::milli>(*event.dns->latency).count());
  if (event.dns->unsolicited) print(out, " unsolicited");
}

void append_body(std::string& out, const Event&, const events::Started& start) {
  print(out, "START cnamedrop {} on {}: {}", start.version, start.kernel, start.target);
}

void append_body(std::string& out, const Event& event, const events::PodSeen& seen) {
  const pods::Pod* pod = event.observation.pod.get();
  print(out, "POD  {} {}{}", pod_text(pod), pod == nullptr ? "" : pod->cgroup_path, seen.gone ? " gone" : "");
}

void append_body(std::string& out, const Event&, const events::Lost& lost) {
  print(out, "LOST {} {} since {}", lost.count, lost.what, clock_text(lost.since));
}

void append_body(std::string& out, const Event&, const events::Stopped& stop) { print(out, "STOP {}", stop.why); }

}  // namespace

void append_compact(std::string& out, const Event& event) {
  const std::size_t begin = out.size();
  print(out, "{} ", clock_text(event.observation.time));
  std::visit([&](const auto& what) { append_body(out, event, what); }, event.observation.what);
  escape_unprintable(out, begin);
  out += '\n';
}

}  // namespace cnamedrop::output
