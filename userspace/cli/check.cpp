// SPDX-License-Identifier: Apache-2.0
// Loads the programs for the root cgroup's sake only: what can be attached there can be attached anywhere.
#include "cli/check.h"

#include <sys/utsname.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "capture/purge_rules.h"
#include "capture/tracer.h"
#include "cli/app.h"
#include "cli/roots_options.h"

namespace cnamedrop::cli {
namespace {

void print_row(const char* what, const std::string& result) { std::printf("%-28s %s\n", what, result.c_str()); }

}  // namespace

CheckCommand::CheckCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("check", "Show what this kernel and these privileges allow");
  add_roots_options(*command, roots_);
  command->callback([this, &exit_code] { exit_code = run(); });
}

int CheckCommand::run() const {
  utsname kernel{};
  uname(&kernel);
  print_row("kernel", kernel.release);
  const Result<std::filesystem::path> cgroup_root = pods::find_cgroup2(roots_);
  print_row("cgroup v2", cgroup_root ? cgroup_root->string() : cgroup_root.error().message);
  if (!cgroup_root) return exit_failure;
  const Result<pods::Target> root = pods::resolve(pods::ByCgroup{*cgroup_root}, roots_);
  if (!root) {
    print_row("root cgroup", root.error().message);
    return exit_failure;
  }
  capture::TracerOptions options;
  options.target = *root;
  options.cgroup_root = *cgroup_root;
  options.pod_logs = roots_.pod_logs;
  options.proc = roots_.proc;
  const Result<std::unique_ptr<capture::Tracer>> tracer = capture::Tracer::start(options);
  print_row("load and attach", tracer ? "ok" : tracer.error().message);
  if (!tracer) return exit_failure;
  for (const auto& [name, present] : to_map((*tracer)->features())) print_row(name.c_str(), present ? "yes" : "no");
  for (const std::string& rule : capture::purge_rules_off((*tracer)->features()))
    print_row("not told from drops", rule);
  return exit_success;
}

}  // namespace cnamedrop::cli
