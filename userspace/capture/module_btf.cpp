// SPDX-License-Identifier: Apache-2.0
// Finds and loads the BTF of kernel modules.
#include "capture/module_btf.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace cnamedrop::capture {

std::vector<std::string> modules_with_btf() {
  std::vector<std::string> modules;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/kernel/btf", error))
    if (entry.path().filename() != "vmlinux") modules.push_back(entry.path().filename());
  return modules;
}

BtfHandle load_module_btf(const std::string& module, const btf* vmlinux) {
  const std::string path = "/sys/kernel/btf/" + module;
  if (access(path.c_str(), R_OK) != 0) return nullptr;  // libbpf would print a warning
  // libbpf does not change the base, it only takes it without const.
  return BtfHandle(btf__parse_raw_split(path.c_str(), const_cast<btf*>(vmlinux)));
}

}  // namespace cnamedrop::capture
