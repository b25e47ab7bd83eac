// Collects the subcommands.
#include "cli/app.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/check.h"
#include "cli/explain.h"
#include "cli/fqdn.h"
#include "cli/observe.h"
#include "cli/schema.h"
#include "cli/trace.h"
#include "cli/version.h"

namespace cnamedrop::cli {
namespace {

// Standard output is for events and findings.
void log_to_standard_error() {
  const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  const auto logger = std::make_shared<spdlog::logger>("cnamedrop", sink);
  logger->set_pattern("%n: %l: %v");
  spdlog::set_default_logger(logger);
}

}  // namespace

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
