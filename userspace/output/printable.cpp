// SPDX-License-Identifier: Apache-2.0
// Texts are nearly always clean: these are not copied.
#include "output/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cnamedrop::output {
namespace {

bool is_printable(char byte) { return byte >= ' ' && byte <= '~'; }

}  // namespace

void escape_unprintable(std::string& out, std::size_t begin) {
  if (std::all_of(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_printable)) return;
  const std::string raw = out.substr(begin);
  out.resize(begin);
  for (const char byte : raw) {
    if (is_printable(byte)) {
      out += byte;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
}

}  // namespace cnamedrop::output
