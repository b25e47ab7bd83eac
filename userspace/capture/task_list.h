// SPDX-License-Identifier: Apache-2.0
// Every process with its cgroup and its network namespace: from the kernel's own list where it has one
// (bpf/tasks.bpf.c), else out of /proc, where the namespace shows only to whoever may trace the process.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bpf/record.h"
#include "capture/bpf_handles.h"

namespace cnamedrop::capture {

// Of the list that a link of on_task gives. Nothing if it cannot be read.
std::vector<task_entry> tasks_of_list(const bpf_link* list);

// Of a /proc. Processes that end meanwhile, and those whose namespace is hidden, are left out.
std::vector<task_entry> tasks_of_proc(const std::filesystem::path& proc, const std::filesystem::path& cgroup_root);

// The path of a process (a directory of /proc) in the v2 hierarchy; "" if it is gone.
std::string cgroup_path_of(const std::filesystem::path& process);

}  // namespace cnamedrop::capture
