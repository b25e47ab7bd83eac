// SPDX-License-Identifier: Apache-2.0
// One table of units; fractions of any of them are times too.
#include "cli/duration.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

namespace cnamedrop::cli {

std::optional<Duration> parse_duration(const std::string& text) {
  using Seconds = std::chrono::duration<double>;
  constexpr Seconds longest(1e9);
  static const std::map<std::string, Seconds> units = {
      {"", Seconds(1)}, {"ms", Seconds(1e-3)}, {"s", Seconds(1)}, {"m", Seconds(60)}, {"h", Seconds(3600)}};
  char* unit = nullptr;
  const double number = std::strtod(text.c_str(), &unit);
  const auto found = units.find(unit);
  if (unit == text.c_str() || found == units.end() || !(number >= 0)) return std::nullopt;
  const Seconds length = number * found->second;
  if (length > longest) return std::nullopt;
  return std::chrono::round<Duration>(length);
}

CLI::Option* add_duration(CLI::App& command, const std::string& name, Duration& to, const std::string& help) {
  const auto read = [name, &to](const std::string& text) {
    const std::optional<Duration> length = parse_duration(text);
    if (!length) throw CLI::ValidationError(name, '"' + text + "\" must be a time such as 500ms, 30s, 5m or 1h");
    to = *length;
  };
  return command.add_option_function<std::string>(name, read, help)->type_name("TIME");
}

}  // namespace cnamedrop::cli
