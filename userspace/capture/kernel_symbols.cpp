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

Symbol nearest(const std::string& path, std::uint64_t address) {
  std::ifstream file(path);
  Symbol best;
  std::string line;
  while (std::getline(file, line)) {
    const std::optional<KernelSymbol> symbol = parse_kernel_symbol(line);
    if (!symbol || symbol->address > address || symbol->address <= best.address) continue;
    best.address = symbol->address;
    best.name = symbol->name;
  }
  return best;
}

std::string hex(std::uint64_t value) {
  char text[2 + 16 + 1];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

// "ffffffff81000000 T _stext"; modules add "\t[name]". Functions have the types t, T, w and W.
std::optional<KernelSymbol> parse_kernel_symbol(std::string_view line) {
  KernelSymbol symbol;
  const char* end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, symbol.address, 16);
  if (error != std::errc() || end - after < 4) return std::nullopt;
  if (std::string_view("tTwW").find(after[1]) == std::string_view::npos) return std::nullopt;
  symbol.name = std::string_view(after + 3, static_cast<std::size_t>(end - after - 3));
  const std::size_t tab = symbol.name.find('\t');
  symbol.in_module = tab != std::string_view::npos;
  symbol.name = symbol.name.substr(0, tab);
  return symbol;
}

KernelSymbols::KernelSymbols(std::string kallsyms) : path_(std::move(kallsyms)) {}

const std::string& KernelSymbols::name(std::uint64_t address) {
  if (const auto found = known_.find(address); found != known_.end()) return found->second;
  if (known_.size() >= max_known) known_.clear();
  const Symbol symbol = nearest(path_, address);
  return known_.emplace(address, symbol.name.empty() ? hex(address) : symbol.name + "+" + hex(address - symbol.address))
      .first->second;
}

}  // namespace cnamedrop::capture
