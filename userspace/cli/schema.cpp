// The schema is text in the binary; this only prints it.
#include "cli/schema.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/app.h"
#include "events/schema.h"

namespace cnamedrop::cli {

void add_schema_command(CLI::App& app, int& exit_code) {
  app.add_subcommand("schema", "Print the JSON Schema of the event file")->callback([&exit_code] {
    const std::string_view schema = events::json_schema();
    const bool written = std::fwrite(schema.data(), 1, schema.size(), stdout) == schema.size();
    exit_code = written && std::fflush(stdout) == 0 ? exit_success : exit_failure;
  });
}

}  // namespace cnamedrop::cli
