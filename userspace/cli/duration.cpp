// One table of units; fractions of any of them are times too.
#include "cli/duration.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

namespace cnamedrop::cli {
namespace {

constexpr double second_ns = 1e9;
constexpr double longest_s = 1e9;

std::string to_nanoseconds(std::string& text) {
  const std::map<std::string, double> units = {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
  char* unit = nullptr;
  const double number = std::strtod(text.c_str(), &unit);
  const auto found = units.find(unit);
  const bool is_time = unit != text.c_str() && found != units.end() && number >= 0;
  if (!is_time || number * found->second > longest_s) return "must be a time such as 500ms, 30s, 5m or 1h";
  text = std::to_string(static_cast<std::uint64_t>(number * found->second * second_ns));
  return {};
}

}  // namespace

CLI::Validator duration() { return {to_nanoseconds, "TIME"}; }

}  // namespace cnamedrop::cli
