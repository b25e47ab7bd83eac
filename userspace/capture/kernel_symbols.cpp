// SPDX-License-Identifier: Apache-2.0
// One pass over /proc/kallsyms for the nearest function at or below an address.
#include "capture/kernel_symbols.h"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <utility>

namespace cnamedrop::capture {
namespace {

constexpr std::size_t max_known = 4096;  // places that free packets; far more than any kernel has

struct Symbol {
  std::uint64_t address = 0;
  std::string name;
};

// One line: "ffffffff81000000 T _stext", modules add "\t[name]". Only functions: types t, T, w, W.
bool parse_line(std::string_view line, std::uint64_t& address, std::string_view& name) {
  const char* end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, address, 16);
  if (error != std::errc() || end - after < 4) return false;
  if (std::string_view("tTwW").find(after[1]) == std::string_view::npos) return false;
  name = std::string_view(after + 3, static_cast<std::size_t>(end - after - 3));
  name = name.substr(0, name.find('\t'));
  return true;
}

Symbol nearest(const std::string& path, std::uint64_t address) {
  std::ifstream file(path);
  Symbol best;
  std::string line;
  while (std::getline(file, line)) {
    std::uint64_t start = 0;
    std::string_view name;
    if (!parse_line(line, start, name) || start > address || start <= best.address) continue;
    best.address = start;
    best.name = name;
  }
  return best;
}

std::string hex(std::uint64_t value) {
  char text[2 + 16 + 1];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

KernelSymbols::KernelSymbols(std::string kallsyms) : path_(std::move(kallsyms)) {}

const std::string& KernelSymbols::name(std::uint64_t address) {
  if (const auto found = known_.find(address); found != known_.end()) return found->second;
  if (known_.size() >= max_known) known_.clear();
  const Symbol symbol = nearest(path_, address);
  return known_.emplace(address, symbol.name.empty() ? hex(address) : symbol.name + "+" + hex(address - symbol.address))
      .first->second;
}

}  // namespace cnamedrop::capture
