// SPDX-License-Identifier: Apache-2.0
// One event, one line, in the format that was asked for.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/event_json.h"
#include "observe/coredns_log.h"

namespace cnamedrop::observe {

enum class Format : std::uint8_t { Compact, Table, Json, Hubble, Coredns };
inline constexpr std::array<std::string_view, 5> format_names{"compact", "table", "json", "hubble", "coredns"};

class Printer {
 public:
  // lines: whether all events are printed, for the formats that say so.
  explicit Printer(Format format, events::Lines lines = events::Lines::All) : format_(format), lines_(lines) {}

  // What stands above the first line.
  void append_head(std::string& out) const;

  // Every event of the file goes through here, those that are not shown too.
  void see(const events::Event& event);

  // Appends a line; nothing where the format has no word for such an event.
  void append(std::string& out, const events::Event& event) const;

 private:
  Format format_;
  events::Lines lines_;
  CorednsLog coredns_;
};

}  // namespace cnamedrop::observe
