// SPDX-License-Identifier: Apache-2.0
// Reads binary records, or files of /proc.
#include "capture/task_list.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "pods/cgroup_tree.h"
#include "types/file_descriptor.h"

namespace cnamedrop::capture {
namespace {

// The 22nd word of /proc/PID/stat; behind the name, which may hold anything, stands the last ")".
std::uint64_t start_of(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t at = std::min(text.rfind(')'), text.size());
  for (int word = 2; word < 22 && at < text.size(); ++word) at = std::min(text.find(' ', at + 1), text.size());
  std::uint64_t ticks = 0;
  if (at < text.size()) std::from_chars(text.data() + at + 1, text.data() + text.size(), ticks);
  return ticks;
}

}  // namespace

// The line of the unified hierarchy: "0::/kubepods.slice/...".
std::string cgroup_path_of(const std::filesystem::path& process) {
  std::ifstream file(process / "cgroup");
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("0::/")) return line.substr(3);
  return {};
}

std::vector<task_entry> tasks_of_list(const bpf_link* list) {
  std::vector<task_entry> tasks;
  const FileDescriptor file(bpf_iter_create(bpf_link__fd(list)));
  task_entry some[64];
  std::size_t filled = 0;  // bytes: a read may end within a record
  for (ssize_t got = 0;
       file && (got = read(file.get(), reinterpret_cast<char*>(some) + filled, sizeof some - filled)) > 0;) {
    filled += static_cast<std::size_t>(got);
    const std::size_t whole = filled / sizeof(task_entry);
    tasks.insert(tasks.end(), some, some + whole);
    filled -= whole * sizeof(task_entry);
    std::memmove(some, some + whole, filled);
  }
  return tasks;
}

std::vector<task_entry> tasks_of_proc(const std::filesystem::path& proc, const std::filesystem::path& cgroup_root) {
  std::vector<task_entry> tasks;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(proc, error)) {
    const std::string name = entry.path().filename();
    task_entry task{};
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), task.pid);
    struct stat netns {};
    if (bad != std::errc() || *end != '\0' || stat((entry.path() / "ns/net").c_str(), &netns) != 0) continue;
    task.netns = static_cast<__u32>(netns.st_ino);
    const std::string path = cgroup_path_of(entry.path());
    if (path.empty()) continue;
    task.cgroup_id = pods::cgroup_id_of(cgroup_root / path.substr(1));
    task.started = start_of(entry.path());
    if (task.cgroup_id != 0) tasks.push_back(task);
  }
  return tasks;
}

}  // namespace cnamedrop::capture
