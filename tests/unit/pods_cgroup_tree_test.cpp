// SPDX-License-Identifier: Apache-2.0
// The walk over the cgroups of a target, on plain directories.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "pods/cgroup_tree.h"
#include "temp_tree.h"

namespace cnamedrop::pods {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class CgroupWalk : public TempTree {};

auto has_path(const char* path) { return Field(&CgroupEntry::path, path); }

TEST_F(CgroupWalk, ListsTheTargetAndAllBelowIt) {
  directory("a/c1/deep");
  directory("a/c2");
  directory("b");
  file("a/cgroup.procs");
  const CgroupTree tree = walk(root(), root() / "a");
  EXPECT_THAT(tree.entries, ElementsAre(has_path("/a"), has_path("/a/c1"), has_path("/a/c2"), has_path("/a/c1/deep")));
  EXPECT_FALSE(tree.truncated);
}

TEST_F(CgroupWalk, RootIsASlash) {
  directory("a");
  EXPECT_THAT(walk(root(), root()).entries, ElementsAre(has_path("/"), has_path("/a")));
}

TEST_F(CgroupWalk, IdIsTheInodeNumber) {
  struct stat status {};
  ASSERT_EQ(stat(directory("a").c_str(), &status), 0);
  EXPECT_THAT(walk(root(), root() / "a").entries, ElementsAre(CgroupEntry{status.st_ino, "/a"}));
}

TEST_F(CgroupWalk, LinksAreNotFollowed) {
  directory("a");
  link("a/loop", root());
  EXPECT_THAT(walk(root(), root() / "a").entries, ElementsAre(has_path("/a")));
}

TEST_F(CgroupWalk, CountIsBoundedAndSaid) {
  directory("a/b");
  directory("a/c");
  const CgroupTree tree = walk(root(), root() / "a", {.entries = 2, .depth = 8});
  EXPECT_THAT(tree.entries, ElementsAre(has_path("/a"), has_path("/a/b")));
  EXPECT_TRUE(tree.truncated);
}

TEST_F(CgroupWalk, ExactlyTheBoundIsNotTruncated) {
  directory("a/b");
  EXPECT_FALSE(walk(root(), root() / "a", {.entries = 2, .depth = 8}).truncated);
}

TEST_F(CgroupWalk, DepthIsBoundedAndSaid) {
  directory("a/b/c");
  const CgroupTree tree = walk(root(), root() / "a", {.entries = 8, .depth = 1});
  EXPECT_THAT(tree.entries, ElementsAre(has_path("/a"), has_path("/a/b")));
  EXPECT_TRUE(tree.truncated);
}

TEST_F(CgroupWalk, VanishedTargetGivesAnEmptyTree) {
  const CgroupTree tree = walk(root(), root() / "gone");
  EXPECT_THAT(tree.entries, IsEmpty());
  EXPECT_FALSE(tree.truncated);
}

}  // namespace
}  // namespace cnamedrop::pods
