// SPDX-License-Identifier: Apache-2.0
// Names of kernel functions by address, from /proc/kallsyms. Read anew for each address that was not met before, not
// kept: a trace meets a few dozen places, the table has some hundred thousand lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cnamedrop::capture {

struct KernelSymbol {
  std::uint64_t address = 0;  // 0 where the table hides addresses
  std::string_view name;      // of the parsed line
  bool in_module = false;
};

// One line of the table; nothing if it is not of a function.
std::optional<KernelSymbol> parse_kernel_symbol(std::string_view line);

class KernelSymbols {
 public:
  explicit KernelSymbols(std::string kallsyms = "/proc/kallsyms");

  // "nf_hook_slow+0x53"; "0xffffffff81234567" where the table cannot be read or hides its addresses.
  const std::string& name(std::uint64_t address);

 private:
  std::string path_;
  std::unordered_map<std::uint64_t, std::string> known_;
};

}  // namespace cnamedrop::capture
