// SPDX-License-Identifier: Apache-2.0
// Level by level, so that a bound cuts the deepest cgroups and not a whole branch.
#include "pods/cgroup_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace cnamedrop::pods {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> child_directories(const fs::path& directory) {
  std::vector<fs::path> children;
  std::error_code error;
  for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code gone;  // a cgroup may vanish between the listing and the look at it
    if (it->symlink_status(gone).type() == fs::file_type::directory) children.push_back(it->path());
  }
  std::sort(children.begin(), children.end());
  return children;
}

}  // namespace

std::uint64_t cgroup_id_of(const fs::path& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return 0;
  return status.st_ino;
}

std::string path_below(const fs::path& root, const fs::path& directory) {
  const fs::path relative = directory.lexically_relative(root);
  std::string path = "/";
  if (relative != ".") path += relative.string();
  return path;
}

CgroupTree walk(const fs::path& root, const fs::path& target, const WalkBounds& bounds) {
  CgroupTree tree;
  std::vector<fs::path> level{target};
  for (std::size_t depth = 0; !level.empty(); ++depth) {
    if (depth > bounds.depth) {
      tree.truncated = true;
      break;
    }
    std::vector<fs::path> next;
    for (const fs::path& directory : level) {
      const std::uint64_t id = cgroup_id_of(directory);
      if (id == 0) continue;
      if (tree.entries.size() == bounds.entries) {
        tree.truncated = true;
        return tree;
      }
      tree.entries.push_back({id, path_below(root, directory)});
      std::vector<fs::path> children = child_directories(directory);
      next.insert(next.end(), std::make_move_iterator(children.begin()), std::make_move_iterator(children.end()));
    }
    level = std::move(next);
  }
  return tree;
}

}  // namespace cnamedrop::pods
