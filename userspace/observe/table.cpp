// SPDX-License-Identifier: Apache-2.0
// The columns are as wide as usual values; what stands in them is what the compact line says.
#include "observe/table.h"

#include <fmt/format.h>

#include <iterator>

#include "dns/message.h"
#include "events/enum_names.h"
#include "observe/filter.h"
#include "observe/packet.h"
#include "output/printable.h"
#include "output/short_text.h"

namespace cnamedrop::observe {
namespace {

using events::Event;

struct Row {
  std::string name;
  std::string result;
};

void append_row(std::string& out, std::string_view time, std::string_view pod, std::string_view type,
                std::string_view source, std::string_view destination, const Row& row) {
  const std::size_t begin = out.size();
  fmt::format_to(std::back_inserter(out), "{:<12}  {:<34}  {:<5}  {:<21}  {:<21}  {:<45}  {}", time, pod, type, source,
                 destination, row.name, row.result);
  output::escape_unprintable(out, begin);
  out += '\n';
}

// The name that the pod had wanted, as far as the cause tells; else one that the address was credited to.
std::string_view wanted_name(const Event& event) {
  if (event.cause && !event.cause->chases.empty()) return dns::short_name(event.cause->chases.front().origin);
  const std::vector<std::string_view> names = events::remote_names(event);
  return names.empty() ? "-" : dns::short_name(names.front());
}

Row row_of(const Event&, const events::DnsSeen& seen) {
  Row row{"-", seen.message.response ? dns::rcode_to_string(seen.message.rcode) : "asked"};
  if (!seen.message.questions.empty()) {
    const dns::Question& question = seen.message.questions.front();
    row.name = dns::rr_type_to_string(question.type) + ' ' + std::string(dns::short_name(question.name));
  }
  return row;
}

Row row_of(const Event& event, const events::Dropped& drop) {
  std::string result = event.cause ? std::string(to_string(event.cause->kind)) : "dropped";
  if (event.cause && !event.cause->doubts.empty()) result += '?';
  if (!drop.reason.empty()) (result += ' ') += output::short_reason(drop.reason);
  if (drop.count != 1) result += " x" + std::to_string(drop.count);
  return {std::string(wanted_name(event)), std::move(result)};
}

Row row_of(const Event&, const events::Started& start) { return {start.target, start.kernel}; }
Row row_of(const Event& event, const events::PodSeen& seen) {
  const pods::Pod* pod = event.observation.pod.get();
  return {pod == nullptr ? "" : pod->cgroup_path, seen.gone ? "gone" : ""};
}
Row row_of(const Event&, const events::Lost& lost) { return {lost.what, std::to_string(lost.count)}; }
Row row_of(const Event&, const events::Stopped& stop) { return {"", stop.why}; }

}  // namespace

void append_table_head(std::string& out) {
  append_row(out, "TIME", "POD", "TYPE", "SOURCE", "DESTINATION", {"NAME", "RESULT"});
}

void append_table_row(std::string& out, const Event& event) {
  const std::optional<events::Flow> flow = flow_of(event);
  append_row(out, output::clock_text(event.observation.time), output::pod_text(event.observation.pod.get()),
             type_of(event), flow ? output::endpoint_text(source(*flow)) : "-",
             flow ? output::endpoint_text(destination(*flow)) : "-",
             std::visit([&](const auto& what) { return row_of(event, what); }, event.observation.what));
}

}  // namespace cnamedrop::observe
