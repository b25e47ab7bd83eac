// SPDX-License-Identifier: Apache-2.0
// Collects the subcommands.
#include "cli/app.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/check.h"
#include "cli/explain.h"
#include "cli/fqdn.h"
#include "cli/log.h"
#include "cli/observe.h"
#include "cli/schema.h"
#include "cli/trace.h"
#include "cli/version.h"

namespace cnamedrop::cli {
bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Shows which packets of a pod the kernel dropped, why, and under which DNS name the pod had learned "
      "the address.",
      "cnamedrop");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  log_to_standard_error();
  int exit_code = exit_success;
  TraceCommand trace(app, exit_code);
  ExplainCommand explain(app, exit_code);
  ObserveCommand observe(app, exit_code);
  FqdnCommand fqdn(app, exit_code);
  CheckCommand check(app, exit_code);
  add_schema_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version end here too, with success.
    return app.exit(error) == 0 ? exit_success : exit_usage;
  }
  return exit_code;
}

}  // namespace cnamedrop::cli
