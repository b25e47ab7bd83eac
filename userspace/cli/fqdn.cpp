// SPDX-License-Identifier: Apache-2.0
// Reads the files and prints; what is in the tables is the fqdn part's.
#include "cli/fqdn.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "cli/app.h"
#include "fqdn/cilium_cache.h"
#include "fqdn/comparison_report.h"
#include "fqdn/lookup_table.h"
#include "fqdn/names.h"
#include "join/recorded_policy.h"
#include "types/time_text.h"

namespace cnamedrop::cli {
namespace {

int print_out(const std::string& text) { return print(text) ? exit_success : exit_failure; }

// An empty table has a reason, and it may be a slip of the pen.
void warn_of_nothing(const fqdn::TraceCache& trace) {
  const auto& pods = trace.join().pods();
  const bool any_chosen =
      std::any_of(pods.begin(), pods.end(), [&](const auto& pod) { return trace.chosen(pod.first); });
  if (trace.empty())
    spdlog::warn("there is no event{}", trace.options().at ? " until the time of --at" : "");
  else if (!any_chosen)
    spdlog::warn("there is no DNS and no drop{}", trace.options().pod.empty() ? "" : " of a pod that --pod chooses");
}

// What keeps the comparison from being one of two equals.
void warn_of_endpoints(const fqdn::CiliumList& list) {
  if (list.endpoint && !list.endpoints.empty() && !list.endpoints.contains(*list.endpoint))
    spdlog::warn("Cilium's list has no row of endpoint {}", *list.endpoint);
  if (!list.endpoint && list.endpoints.size() > 1)
    spdlog::warn("Cilium's list is of {} endpoints, all of them are compared; --endpoint chooses one",
                 list.endpoints.size());
}

}  // namespace

FqdnCommand::FqdnCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("fqdn", "Show what Cilium's tables of names would hold after a trace");
  command->require_subcommand(1);
  add_names(*command->add_subcommand("names", "The selectors, as cilium-dbg fqdn names prints them"), exit_code);
  add_cache(*command->add_subcommand("cache", "Names and addresses, as cilium-dbg fqdn cache list prints them"),
            exit_code);
}

void FqdnCommand::add_names(CLI::App& command, int& exit_code) {
  input_.add_to(command);
  policy_.add_selector_options(command);
  command.callback([this, &exit_code] { exit_code = run_names(); });
}

void FqdnCommand::add_cache(CLI::App& command, int& exit_code) {
  input_.add_to(command);
  command.add_option("-o,--output", format_, "text or json [text]")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command.add_option("-p,--pod", options_.pod, "only pods whose name, or NAMESPACE/NAME, or cgroup begins so")
      ->type_name("POD");
  const auto read_time = [this](const std::string& text) {
    options_.at = parse_time(text);
    if (!options_.at) throw CLI::ValidationError("--at", "must be a time in UTC such as 2026-03-01T12:00:31Z");
  };
  command.add_option_function<std::string>("--at", read_time, "the tables of this time [the end of the trace]")
      ->type_name("TIME");
  CLI::Option* compare = command
                             .add_option("--compare", compared_,
                                         "tell how this output of cilium-dbg fqdn cache list -o json differs, and why")
                             ->type_name("FILE");
  command.add_option("-e,--endpoint", endpoint_, "compare the rows of this endpoint only")
      ->type_name("ID")
      ->needs(compare);
  command.add_flag("--exit-code", exit_code_wanted_, "exit with 3 if there are differences")->needs(compare);
  PolicyOptions::add_credit_options(command, options_.join);
  command.callback([this, &exit_code] { exit_code = run_cache(); });
}

int FqdnCommand::run_names() {
  Result<std::shared_ptr<const policy::Policy>> policy = policy_.load();
  if (!policy) return fail(policy.error());
  std::shared_ptr<const policy::Policy> recorded;
  const auto keep_policy = [&](const events::Event& event) {
    if (const auto* started = std::get_if<events::Started>(&event.observation.what))
      recorded = join::recorded_policy(*started, policy_.load_options());
  };
  if (!input_.read(keep_policy)) return exit_failure;
  std::vector<const policy::Selector*> selectors;
  if (*policy != nullptr) {
    selectors = policy::all_selectors(**policy);
  } else {
    if (recorded != nullptr) selectors = policy::all_selectors(*recorded);
    spdlog::warn("{}; --policy, --allow-name and --allow-pattern name selectors",
                 selectors.empty() ? "the trace was not told a policy" : "the policy that the trace was started with");
  }
  std::string text;
  fqdn::append_names_json(text, selectors, policy_.version());
  return print_out(text);
}

int FqdnCommand::run_cache() {
  fqdn::TraceCache trace(options_);
  if (!input_.read([&](events::Event event) { trace.take(std::move(event)); })) return exit_failure;
  warn_of_nothing(trace);
  if (!compared_.empty()) return compare(trace);
  const std::vector<fqdn::Lookup> lookups = trace.lookups();
  std::string text;
  if (format_ == "json")
    fqdn::append_json(text, lookups);
  else
    fqdn::append_table(text, lookups);
  return print_out(text);
}

int FqdnCommand::compare(const fqdn::TraceCache& trace) {
  Result<std::vector<fqdn::Lookup>> listed = fqdn::load_cache(compared_);
  if (!listed) return fail(listed.error());
  const fqdn::Comparison comparison = fqdn::compare(trace, fqdn::choose_endpoint(*std::move(listed), endpoint_));
  warn_of_endpoints(comparison.cilium);
  std::string text;
  if (format_ == "json")
    fqdn::append_json(text, comparison);
  else
    fqdn::append_text(text, comparison);
  const int printed = print_out(text);
  if (printed != exit_success) return printed;
  return exit_code_wanted_ && !comparison.differences.empty() ? exit_differs : exit_success;
}

}  // namespace cnamedrop::cli
