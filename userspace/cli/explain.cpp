// SPDX-License-Identifier: Apache-2.0
// Reads the file once, from front to back; everything else is the explain part's.
#include "cli/explain.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/app.h"
#include "explain/report_json.h"
#include "explain/report_text.h"

namespace cnamedrop::cli {
namespace {

explain::Report read_report(event_files::EventStream& events, explain::Options options) {
  explain::Explainer explainer(std::move(options));
  std::uint64_t missing = 0;
  while (std::optional<events::Event> event = events.next()) {
    const std::uint64_t missing_now = events.skipped() + events.missing();
    if (missing_now != missing) explainer.lines_missing(*event);
    missing = missing_now;
    explainer.take(*std::move(event));
  }
  explain::Report report = explainer.finish();
  report.lines_skipped = events.skipped();
  report.lines_missing = events.missing();
  report.read_error = events.read_error();
  report.problems = events.problems();
  return report;
}

}  // namespace

ExplainCommand::ExplainCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("explain", "Explain the drops of an event file, and how to cure them");
  input_.add_to(*command);
  command->add_option("-o,--output", format_, "text or json [text]")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command->add_flag("--exit-code", exit_code_wanted_, "exit with 3 if a drop's cause is cname_only");
  const auto read_order = [this](const std::string& text) {
    const Result<explain::AssumedOrder> order = explain::parse_order(text);
    if (!order) throw CLI::ValidationError("--assume-order", order.error().message);
    options_.assumed_order = *order;
  };
  command
      ->add_option_function<std::string>("--assume-order", read_order,
                                         "what if the client had asked in this order? for example A,CNAME")
      ->type_name("TYPES");
  policy_.add_to(*command, options_.join);
  command->callback([this, &exit_code] { exit_code = run(); });
}

int ExplainCommand::run() {
  Result<std::shared_ptr<const policy::Policy>> policy = policy_.load();
  if (!policy) return fail(policy.error());
  options_.policy = *std::move(policy);
  Result<event_files::EventStream> events = input_.open();
  if (!events) return fail(events.error());
  const explain::Report report = read_report(*events, options_);
  std::string text;
  if (format_ == "json")
    explain::append_report_json(text, report);
  else
    explain::append_text(text, report);
  const bool written = print(text);
  const bool is_no_trace = report.events == 0 && report.lines_skipped != 0;
  if (!written || is_no_trace || !report.read_error.empty()) return exit_failure;
  return exit_code_wanted_ && report.has_cname_only() ? exit_found : exit_success;
}

}  // namespace cnamedrop::cli
