// SPDX-License-Identifier: Apache-2.0
// Names of drop reasons, from the running kernel's BTF only: the numbers differ between kernels. Covers the reasons of
// subsystems (6.4 and later), which may stand in a module's BTF.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

struct btf;

namespace cnamedrop::capture {

struct DropReason {
  std::string name;       // "SKB_DROP_REASON_NETFILTER_DROP"; the number in decimal if the kernel does not name it
  std::string subsystem;  // "CORE", "OPENVSWITCH"...; the number if unnamed
};

class DropReasons {
 public:
  // Reads vmlinux now, and the modules when a reason is met that vmlinux does not name.
  explicit DropReasons(const btf* vmlinux);

  DropReason name(std::uint32_t reason);

 private:
  void add_enums(const btf* types, std::uint32_t first_type);
  void add_modules();

  std::unordered_map<std::uint32_t, std::string> names_;
  std::unordered_map<std::uint32_t, std::string> subsystems_;
};

}  // namespace cnamedrop::capture
