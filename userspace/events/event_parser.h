// SPDX-License-Identifier: Apache-2.0
// One line of an event file as an Event again. Where lines come from is event_reader.h's part.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "events/event.h"
#include "json/place.h"

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

  const json::Problem& problem() const { return problem_; }

  // The last line was marked as one of a selection.
  bool of_selection() const { return of_selection_; }

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
  json::Problem problem_;
  bool of_selection_ = false;
};

}  // namespace cnamedrop::events
