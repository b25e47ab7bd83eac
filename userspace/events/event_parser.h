// One line of an event file as an Event again. Where lines come from is event_reader.h's part.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "events/event.h"
#include "events/json_fields.h"

namespace cnamedrop::events {

// Reads lines of schema_version and older. Fields that it does not know are passed over, since a new field keeps the
// version. One parser serves one thread; it reuses its memory from line to line.
class EventParser {
 public:
  EventParser();
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // line is without its '\n' and may hold any bytes. Without an event, problem() says why.
  std::optional<Event> parse(std::string_view line);

  const FieldProblem& problem() const { return problem_; }

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
  FieldProblem problem_;
};

}  // namespace cnamedrop::events
