// One event, one line, in the format that was asked for.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/event.h"
#include "observe/coredns_log.h"

namespace cnamedrop::observe {

enum class Format : std::uint8_t { Compact, Table, Json, Hubble, Coredns };
inline constexpr std::array<std::string_view, 5> format_names{"compact", "table", "json", "hubble", "coredns"};

class Printer {
 public:
  explicit Printer(Format format) : format_(format) {}

  // What stands above the first line.
  void append_head(std::string& out) const;

  // Every event of the file goes through here, those that are not shown too.
  void see(const events::Event& event);

  // Appends a line; nothing where the format has no word for such an event.
  void append(std::string& out, const events::Event& event) const;

 private:
  Format format_;
  CorednsLog coredns_;
};

}  // namespace cnamedrop::observe
