// SPDX-License-Identifier: Apache-2.0
// `cnamedrop schema`: prints the JSON Schema of the event file.
#pragma once

namespace CLI {
class App;
}

namespace cnamedrop::cli {

void add_schema_command(CLI::App& app, int& exit_code);

}  // namespace cnamedrop::cli
