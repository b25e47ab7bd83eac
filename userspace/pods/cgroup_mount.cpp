// SPDX-License-Identifier: Apache-2.0
// find_cgroup2(): reads mountinfo (proc(5)) and makes sure that the mount shows the whole hierarchy.
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "pods/target.h"

namespace cnamedrop::pods {
namespace {

namespace fs = std::filesystem;

bool has_file(const fs::path& directory, const char* file) {
  std::error_code error;
  return fs::exists(directory / file, error);
}

// The kernel creates cgroup.type in every cgroup but the root (CFTYPE_NOT_ON_ROOT in kernel/cgroup/cgroup.c).
bool is_true_root(const fs::path& directory) { return !has_file(directory, "cgroup.type"); }

// mountinfo writes space, tab, newline and backslash as \ooo.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(i + 1, 3);
    if (text[i] == '\\' && digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos) {
      plain += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// "36 35 98:0 /root /mount/point options [tags...] - type source options"
std::vector<fs::path> cgroup2_mounts(std::istream& mountinfo) {
  std::vector<fs::path> mounts;
  for (std::string line; std::getline(mountinfo, line);) {
    std::istringstream fields(line);
    std::string skipped;
    std::string mount_point;
    fields >> skipped >> skipped >> skipped >> skipped >> mount_point;
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !std::string_view(line).substr(separator + 3).starts_with("cgroup2 ")) {
      continue;
    }
    mounts.emplace_back(unescaped(mount_point));
  }
  return mounts;
}

Error not_the_root(const fs::path& directory) {
  return {directory.string() +
          " is not the root of the cgroup v2 hierarchy but a cgroup within it: mount the host's cgroup file system "
          "(in a container: the host path /sys/fs/cgroup) and name it"};
}

Result<fs::path> check_given(const fs::path& given) {
  std::error_code error;
  const fs::path directory = fs::canonical(given, error);
  if (error) return Error{"cgroup v2 root " + given.string() + ": " + error.message()};
  if (!has_file(directory, "cgroup.controllers")) return Error{given.string() + " is not a cgroup v2 mount"};
  if (!is_true_root(directory)) return not_the_root(directory);
  return directory;
}

}  // namespace

Result<fs::path> find_cgroup2(const Roots& roots) {
  if (!roots.cgroup.empty()) return check_given(roots.cgroup);
  const fs::path file = roots.proc / "self/mountinfo";
  std::ifstream mountinfo(file);
  if (!mountinfo) return Error{"cannot read " + file.string() + " to find the cgroup v2 mount"};
  const std::vector<fs::path> mounts = cgroup2_mounts(mountinfo);
  if (mounts.empty()) return Error{"no cgroup v2 file system is mounted (none in " + file.string() + ")"};
  for (const fs::path& mount : mounts) {
    if (is_true_root(mount)) return check_given(mount);
  }
  return not_the_root(mounts.front());
}

}  // namespace cnamedrop::pods
