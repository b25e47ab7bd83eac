// Collects the subcommands.
#include "cli/app.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/check.h"
#include "cli/explain.h"
#include "cli/fqdn.h"
#include "cli/observe.h"
#include "cli/schema.h"
#include "cli/trace.h"
#include "cli/version.h"
#include "output/printable.h"

namespace cnamedrop::cli {
namespace {

// Messages quote files from outside, which may hold escape sequences of a terminal.
class PrintableMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text(message.payload.data(), message.payload.size());
    output::escape_unprintable(text, 0);
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PrintableMessage>(); }
};

// Standard output is for events and findings.
void log_to_standard_error() {
  const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  const auto logger = std::make_shared<spdlog::logger>("cnamedrop", sink);
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>('*').set_pattern("%n: %l: %*");
  logger->set_formatter(std::move(formatter));
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
