// SPDX-License-Identifier: Apache-2.0
// The BTF of loaded kernel modules, which refer to the types of vmlinux.
#pragma once

#include <string>
#include <vector>

#include "capture/bpf_handles.h"

namespace cnamedrop::capture {

// Names of everything in /sys/kernel/btf but vmlinux.
std::vector<std::string> modules_with_btf();

// Null if the module has no BTF that can be read. vmlinux must outlive the result.
BtfHandle load_module_btf(const std::string& module, const btf* vmlinux);

}  // namespace cnamedrop::capture
