// SPDX-License-Identifier: Apache-2.0
// A directory of a test's own, removed with everything in it. Trees are real files: nothing of the file system is
// faked.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace cnamedrop {

class TempTree : public testing::Test {
 protected:
  TempTree() {
    std::string name = (std::filesystem::temp_directory_path() / "cnamedrop-XXXXXX").string();
    root_ = std::filesystem::canonical(mkdtemp(name.data()));
  }
  ~TempTree() override {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;

  const std::filesystem::path& root() const { return root_; }

  // Paths are relative to root(); directories on the way are made.
  std::filesystem::path directory(const std::filesystem::path& path) const {
    std::filesystem::create_directories(root_ / path);
    return root_ / path;
  }
  std::filesystem::path file(const std::filesystem::path& path, std::string_view content = "") const {
    directory(path.parent_path());
    std::ofstream(root_ / path) << content;
    return root_ / path;
  }
  void link(const std::filesystem::path& path, const std::filesystem::path& target) const {
    directory(path.parent_path());
    std::filesystem::create_symlink(target, root_ / path);
  }

 private:
  std::filesystem::path root_;
};

}  // namespace cnamedrop
