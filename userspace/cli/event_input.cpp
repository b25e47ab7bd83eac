// A file may come from anywhere: what is said of it is escaped before it reaches the terminal.
#include "cli/event_input.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "cli/app.h"
#include "output/printable.h"

namespace cnamedrop::cli {
void warn_of_skipped(const std::vector<event_files::LineProblem>& problems, std::uint64_t skipped,
                     std::uint64_t lines) {
  for (const event_files::LineProblem& problem : problems) {
    std::string text = problem.to_string();
    output::escape_unprintable(text, 0);
    spdlog::warn("{}", text);
  }
  if (skipped != 0) spdlog::warn("{} of {} lines skipped, which no event could be read from", skipped, lines);
}

int fail(Error error) {
  output::escape_unprintable(error.message, 0);
  spdlog::error("{}", error.message);
  return exit_failure;
}

bool read_events(const std::string& path, const std::function<void(events::Event)>& take) {
  Result<event_files::EventReader> reader = event_files::EventReader::open(path);
  if (!reader) {
    fail(reader.error());
    return false;
  }
  bool any = false;
  while (std::optional<events::Event> event = reader->next()) {
    any = true;
    take(*std::move(event));
  }
  warn_of_skipped(reader->problems(), reader->skipped(), reader->lines());
  if (!reader->read_error().empty()) {
    fail({reader->read_error()});
    return false;
  }
  return any || reader->skipped() == 0;
}

}  // namespace cnamedrop::cli
