// SPDX-License-Identifier: Apache-2.0
// The schema is text in the binary; this only prints it.
#include "cli/schema.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/app.h"
#include "events/event_json.h"
#include "explain/report_json.h"

namespace cnamedrop::cli {

void add_schema_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("schema", "Print a JSON Schema: of the event file, or of explain's report");
  const auto of = std::make_shared<std::string>("events");
  command->add_option("OF", *of, "events or report [events]")->check(CLI::IsMember({"events", "report"}));
  command->callback([&exit_code, of] {
    const std::string schema = *of == "report" ? explain::report_schema() : events::json_schema();
    exit_code = print(schema) ? exit_success : exit_failure;
  });
}

}  // namespace cnamedrop::cli
