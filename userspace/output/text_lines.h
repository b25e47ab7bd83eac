// SPDX-License-Identifier: Apache-2.0
// Lines of a report: each is escaped as a whole, so that no field can be forgotten.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "output/printable.h"

namespace cnamedrop::output {

class TextLines {
 public:
  explicit TextLines(std::string& out) : out_(out) {}

  template <typename... Args>
  void line(std::size_t indent, fmt::format_string<Args...> format, Args&&... args) {
    const std::size_t begin = out_.size();
    out_.append(indent, ' ');
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    escape_unprintable(out_, begin);
    out_ += '\n';
  }

  // Breaks the text between words where a line would grow too wide; what follows is indented by two more.
  void paragraph(std::size_t indent, std::string_view text) {
    std::size_t from = indent;
    while (from + text.size() > max_width) {
      const std::size_t space = text.substr(0, max_width - from).rfind(' ');
      if (space == std::string_view::npos || space == 0) break;
      line(from, "{}", text.substr(0, space));
      text.remove_prefix(space + 1);
      from = indent + 2;
    }
    line(from, "{}", text);
  }

  void blank() { out_ += '\n'; }

  // Each line of the text on a line of its own.
  void block(std::size_t indent, std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      line(indent, "{}", text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

 private:
  static constexpr std::size_t max_width = 116;

  std::string& out_;
};

}  // namespace cnamedrop::output
