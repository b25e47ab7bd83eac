// A file may come from anywhere: what is said of it is escaped before it reaches the terminal.
#include "cli/event_input.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "events/event_reader.h"
#include "output/printable.h"

namespace cnamedrop::cli {
namespace {

std::string printable(std::string text) {
  output::escape_unprintable(text, 0);
  return text;
}

void warn_of_skipped(const events::EventReader& reader) {
  for (const events::LineProblem& problem : reader.problems()) spdlog::warn("{}", printable(problem.to_string()));
  if (reader.skipped() != 0)
    spdlog::warn("{} of {} lines skipped, which no event could be read from", reader.skipped(), reader.lines());
}

}  // namespace

bool read_events(const std::string& path, const std::function<void(events::Event)>& take) {
  Result<events::EventReader> reader = events::EventReader::open(path);
  if (!reader) {
    spdlog::error("{}", printable(reader.error().message));
    return false;
  }
  bool any = false;
  while (std::optional<events::Event> event = reader->next()) {
    any = true;
    take(*std::move(event));
  }
  warn_of_skipped(*reader);
  if (!reader->read_error().empty()) {
    spdlog::error("{}", printable(reader->read_error()));
    return false;
  }
  return any || reader->skipped() == 0;
}

}  // namespace cnamedrop::cli
