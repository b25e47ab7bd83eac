// SPDX-License-Identifier: Apache-2.0
// What a user may name as a target, found in a tree that looks like a node's.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "pods/target.h"
#include "temp_tree.h"

namespace cnamedrop::pods {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

const std::string uid = "0d5a2c6e-9a57-4c1b-8f0e-3f4a5b6c7d8e";
const std::string uid_with_underscores = "0d5a2c6e_9a57_4c1b_8f0e_3f4a5b6c7d8e";
const std::string kong_id = "abcdef0" + std::string(57, '1');
const std::string sidecar_id = "abcdef0" + std::string(57, '2');
const std::string pod_slice =
    "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid_with_underscores + ".slice";
const std::string kong_scope = pod_slice + "/cri-containerd-" + kong_id + ".scope";

// A host whose cgroup v2 root is <root>/sys/fs/cgroup, with one pod of two containers and one systemd unit.
class TargetOnNode : public TempTree {
 protected:
  TargetOnNode() {
    file("sys/fs/cgroup/cgroup.controllers");
    cgroup(kong_scope);
    cgroup(pod_slice);
    cgroup(pod_slice + "/cri-containerd-" + sidecar_id + ".scope");
    cgroup("system.slice/nginx.service");
    directory("var/log/pods/kong_kong-7d9f_" + uid);
    mountinfo("35 25 0:30 / " + mount().string() + " rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  }

  std::filesystem::path mount() const { return root() / "sys/fs/cgroup"; }
  Roots roots() const { return {.cgroup = "", .proc = root() / "proc", .pod_logs = root() / "var/log/pods"}; }
  void mountinfo(const std::string& text) const { file("proc/self/mountinfo", text); }
  void cgroup(const std::string& path) const {
    file("sys/fs/cgroup/" + path + "/cgroup.controllers");
    file("sys/fs/cgroup/" + path + "/cgroup.type", "domain\n");
  }
  std::string error_of(const TargetSpec& spec) const { return resolve(spec, roots()).error().message; }
};

TEST_F(TargetOnNode, CgroupRelativeToTheRoot) {
  const Result<Target> target = resolve(ByCgroup{"system.slice/nginx.service"}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->path, mount() / "system.slice/nginx.service");
  EXPECT_EQ(target->cgroup_path, "/system.slice/nginx.service");
  EXPECT_EQ(target->level, 2);
  EXPECT_EQ(target->pod.key(), "/system.slice/nginx.service");
}

TEST_F(TargetOnNode, CgroupIdIsTheInodeOfTheDirectory) {
  struct stat status {};
  ASSERT_EQ(stat((mount() / "system.slice/nginx.service").c_str(), &status), 0);
  EXPECT_EQ(resolve(ByCgroup{"system.slice/nginx.service"}, roots())->cgroup_id, status.st_ino);
}

TEST_F(TargetOnNode, CgroupWithLeadingSlashOrBelowTheMountIsTheSame) {
  EXPECT_EQ(resolve(ByCgroup{"/system.slice/nginx.service"}, roots())->level, 2);
  EXPECT_EQ(resolve(ByCgroup{mount() / "system.slice/nginx.service"}, roots())->cgroup_path,
            "/system.slice/nginx.service");
  EXPECT_EQ(resolve(ByCgroup{"/system.slice/nginx.service/"}, roots())->cgroup_path, "/system.slice/nginx.service");
}

TEST_F(TargetOnNode, CgroupOfAContainerTellsItsPod) {
  const Result<Target> target = resolve(ByCgroup{kong_scope}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->level, 4);
  EXPECT_EQ(target->pod.uid, uid);
  EXPECT_EQ(target->pod.container_id, kong_id);
  EXPECT_EQ(target->pod.namespace_name, "kong");
  EXPECT_EQ(target->pod.name, "kong-7d9f");
}

TEST_F(TargetOnNode, RootIsLevelZero) {
  const Result<Target> target = resolve(ByCgroup{"/"}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->level, 0);
  EXPECT_EQ(target->cgroup_path, "/");
}

TEST_F(TargetOnNode, CgroupThatDoesNotExist) {
  EXPECT_THAT(error_of(ByCgroup{"/nope.slice"}), AllOf(HasSubstr("/nope.slice"), HasSubstr("No such file")));
}

TEST_F(TargetOnNode, EmptyCgroupIsNotTheWholeHost) {
  EXPECT_THAT(error_of(ByCgroup{""}), HasSubstr("the cgroup path is empty"));
}

TEST_F(TargetOnNode, CgroupThatIsAFile) {
  EXPECT_THAT(error_of(ByCgroup{"system.slice/nginx.service/cgroup.type"}), HasSubstr("Not a directory"));
}

TEST_F(TargetOnNode, DirectoryOfAVersion1Controller) {
  const auto memory = directory("sys/fs/memory/docker");
  EXPECT_THAT(error_of(ByCgroup{memory}),
              AllOf(HasSubstr("is not a cgroup v2 directory"), HasSubstr(mount().string())));
}

TEST_F(TargetOnNode, DirectoryBelowTheMountThatIsNoCgroup) {
  directory("sys/fs/cgroup/memory/docker");
  EXPECT_THAT(error_of(ByCgroup{"memory/docker"}), HasSubstr("is not a cgroup v2 directory"));
}

TEST_F(TargetOnNode, CgroupAboveTheRootIsRefused) {
  EXPECT_THAT(error_of(ByCgroup{"../.."}), HasSubstr("is not below"));
}

TEST_F(TargetOnNode, CgroupThatCannotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads every directory";
  chmod((mount() / "system.slice/nginx.service").c_str(), 0);
  const std::string error = error_of(ByCgroup{"system.slice/nginx.service"});
  chmod((mount() / "system.slice/nginx.service").c_str(), S_IRWXU);
  EXPECT_THAT(error, HasSubstr("Permission denied"));
}

TEST_F(TargetOnNode, PidIsTheCgroupOfTheProcess) {
  file("proc/4711/cgroup", "1:name=systemd:/x\n0::/" + kong_scope + "\n");
  const Result<Target> target = resolve(ByPid{4711}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->cgroup_path, "/" + kong_scope);
}

TEST_F(TargetOnNode, PidOfNoProcess) {
  EXPECT_THAT(error_of(ByPid{4711}), AllOf(HasSubstr("process 4711"), HasSubstr("no such process")));
}

TEST_F(TargetOnNode, PidOfAProcessInVersion1Only) {
  file("proc/4711/cgroup", "4:memory:/docker/x\n1:name=systemd:/docker/x\n");
  EXPECT_THAT(error_of(ByPid{4711}), HasSubstr("only in cgroups of version 1"));
}

TEST_F(TargetOnNode, PidWhoseCgroupIsGone) {
  file("proc/4711/cgroup", "0::/system.slice/old.service (deleted)\n");
  EXPECT_THAT(error_of(ByPid{4711}), HasSubstr("is gone"));
}

TEST_F(TargetOnNode, PidSeenFromAnotherCgroupNamespace) {
  file("proc/4711/cgroup", "0::/../system.slice/nginx.service\n");
  EXPECT_THAT(error_of(ByPid{4711}), HasSubstr("outside our cgroup namespace"));
}

TEST_F(TargetOnNode, PodUidIsThePodsOwnCgroup) {
  const Result<Target> target = resolve(ByPodUid{uid}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->cgroup_path, "/" + pod_slice);
  EXPECT_EQ(target->level, 3);
  EXPECT_EQ(target->pod.name, "kong-7d9f");
}

TEST_F(TargetOnNode, PodUidMayHaveUnderscores) {
  EXPECT_EQ(resolve(ByPodUid{uid_with_underscores}, roots())->cgroup_path, "/" + pod_slice);
}

TEST_F(TargetOnNode, PodUidOfNoPod) {
  EXPECT_THAT(error_of(ByPodUid{"ffffffff-9a57-4c1b-8f0e-3f4a5b6c7d8e"}),
              AllOf(HasSubstr("no cgroup of pod ffffffff"), HasSubstr("config.hash")));
  EXPECT_THAT(error_of(ByPodUid{""}), HasSubstr("empty"));
}

TEST_F(TargetOnNode, PodUidInTwoTreesIsAmbiguous) {
  cgroup("kubepods/burstable/pod" + uid);
  EXPECT_THAT(error_of(ByPodUid{uid}),
              AllOf(HasSubstr("ambiguous"), HasSubstr("/" + pod_slice), HasSubstr("/kubepods/burstable/pod" + uid)));
}

TEST_F(TargetOnNode, FullContainerId) {
  const Result<Target> target = resolve(ByContainerId{kong_id}, roots());
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->cgroup_path, "/" + kong_scope);
}

TEST_F(TargetOnNode, UniquePrefixOfAContainerId) {
  EXPECT_EQ(resolve(ByContainerId{"abcdef01"}, roots())->cgroup_path, "/" + kong_scope);
}

TEST_F(TargetOnNode, PrefixOfTwoContainersNamesBoth) {
  EXPECT_THAT(error_of(ByContainerId{"abcdef0"}),
              AllOf(HasSubstr("ambiguous"), HasSubstr(kong_id), HasSubstr(sidecar_id)));
}

TEST_F(TargetOnNode, ContainerIdThatIsTooShortOrUnknown) {
  EXPECT_THAT(error_of(ByContainerId{"abcde"}), HasSubstr("at least 6"));
  EXPECT_THAT(error_of(ByContainerId{"999999"}), HasSubstr("no cgroup of container 999999"));
}

TEST_F(TargetOnNode, CgroupsWithinAContainerDoNotMakeItAmbiguous) {
  cgroup(kong_scope + "/container");
  EXPECT_EQ(resolve(ByContainerId{kong_id}, roots())->cgroup_path, "/" + kong_scope);
}

TEST_F(TargetOnNode, HybridHostHasItsUnifiedMount) {
  file("sys/fs/cgroup/unified/cgroup.controllers");
  mountinfo("32 31 0:29 / " + (mount() / "memory").string() + " rw - cgroup cgroup rw,memory\n41 31 0:38 / " +
            (mount() / "unified").string() + " rw,relatime - cgroup2 cgroup2 rw\n");
  const auto found = find_cgroup2(roots());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, mount() / "unified");
}

TEST_F(TargetOnNode, MountPointWithASpaceIsUnescaped) {
  file("c group/cgroup.controllers");
  mountinfo("35 25 0:30 / " + root().string() + "/c\\040group rw - cgroup2 none rw\n");
  const auto found = find_cgroup2(roots());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(found->string(), EndsWith("/c group"));
}

TEST_F(TargetOnNode, NoCgroup2Mount) {
  mountinfo("32 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  EXPECT_THAT(find_cgroup2(roots()).error().message, HasSubstr("no cgroup v2 file system is mounted"));
}

TEST_F(TargetOnNode, NoMountinfo) {
  Roots elsewhere = roots();
  elsewhere.proc = root() / "absent";
  EXPECT_THAT(find_cgroup2(elsewhere).error().message, HasSubstr("absent/self/mountinfo"));
}

TEST_F(TargetOnNode, MountOfAPartOfTheHierarchyIsRefused) {
  file("sys/fs/cgroup/cgroup.type", "domain\n");
  EXPECT_THAT(error_of(ByCgroup{"system.slice"}), HasSubstr("mount the host's cgroup file system"));
}

TEST_F(TargetOnNode, HostsMountIsPreferredToAPartMountedFirst) {
  file("part/cgroup.controllers");
  file("part/cgroup.type", "domain\n");
  mountinfo("35 25 0:30 /x " + (root() / "part").string() + " rw - cgroup2 cgroup2 rw\n36 25 0:30 / " +
            mount().string() + " rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(*find_cgroup2(roots()), mount());
}

TEST_F(TargetOnNode, GivenRootIsTakenAndChecked) {
  Roots given = roots();
  given.proc = root() / "absent";
  given.cgroup = mount();
  EXPECT_EQ(*find_cgroup2(given), mount());
  given.cgroup = root() / "absent";
  EXPECT_THAT(find_cgroup2(given).error().message, HasSubstr("No such file"));
  given.cgroup = root() / "proc";
  EXPECT_THAT(find_cgroup2(given).error().message, HasSubstr("is not a cgroup v2 mount"));
}

TEST(TargetOnThisHost, OwnProcessIsFound) {
  const Roots roots;
  if (!find_cgroup2(roots))
    GTEST_SKIP() << "needs the root of a cgroup v2 mount: " << find_cgroup2(roots).error().message;
  const Result<Target> target = resolve(ByPid{getpid()}, roots);
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_NE(target->cgroup_id, 0U);
}

}  // namespace
}  // namespace cnamedrop::pods
