// SPDX-License-Identifier: Apache-2.0
// The cgroups below a target, as a snapshot. Not a watch: the capture asks again when it meets an id it does not know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cnamedrop::pods {

struct CgroupEntry {
  std::uint64_t id = 0;  // as bpf_get_current_cgroup_id() gives it: the inode number of the directory
  std::string path;      // relative to the root, with a leading slash: Pod::cgroup_path

  bool operator==(const CgroupEntry&) const = default;
};

struct CgroupTree {
  std::vector<CgroupEntry> entries;  // parents before children; siblings by name
  bool truncated = false;            // there were more than the bounds allow
};

struct WalkBounds {
  std::size_t entries = 4096;
  std::size_t depth = 32;  // levels below the target
};

// Lists target (a directory at or below root) and the cgroups below it. Cgroups that vanish during the walk or cannot
// be read are left out; a target that is not there gives an empty tree.
CgroupTree walk(const std::filesystem::path& root, const std::filesystem::path& target, const WalkBounds& bounds = {});

// The path of a directory at or below root in the form of CgroupEntry::path ("/" for the root itself).
std::string path_below(const std::filesystem::path& root, const std::filesystem::path& directory);

// The cgroup id of a directory; 0 when it is not there or is no directory.
std::uint64_t cgroup_id_of(const std::filesystem::path& directory);

}  // namespace cnamedrop::pods
