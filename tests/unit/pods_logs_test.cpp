// SPDX-License-Identifier: Apache-2.0
// The kubelet's log directories, as containerd, CRI-O and Docker leave them.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "pods/pod_logs.h"
#include "temp_tree.h"

namespace cnamedrop::pods {
namespace {

const std::string uid = "0d5a2c6e-9a57-4c1b-8f0e-3f4a5b6c7d8e";
const std::string id(64, 'a');
const std::string other_id(64, 'b');

Pod container_of(const std::string& pod_uid) {
  Pod pod;
  pod.uid = pod_uid;
  pod.container_id = id;
  return pod;
}

class PodLogs : public TempTree {};

TEST_F(PodLogs, DirectoryNamesThePod) {
  directory("pods/kong_kong-7d9f_" + uid + "/proxy");
  directory("pods/other_pod_ffffffff-9a57-4c1b-8f0e-3f4a5b6c7d8e");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.namespace_name, "kong");
  EXPECT_EQ(pod.name, "kong-7d9f");
}

TEST_F(PodLogs, ContainerIsKnownByTheSiblingLinks) {
  directory("pods/kong_kong-7d9f_" + uid + "/proxy");
  link("containers/kong-7d9f_kong_side-car-" + other_id + ".log", "/nowhere");
  link("containers/kong-7d9f_kong_proxy-" + id + ".log", "/nowhere");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.container_name, "proxy");
}

TEST_F(PodLogs, TrailingSlashOfTheRootDoesNotMatter) {
  directory("pods/kong_kong-7d9f_" + uid);
  link("containers/kong-7d9f_kong_proxy-" + id + ".log", "/nowhere");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods/");
  EXPECT_EQ(pod.container_name, "proxy");
}

TEST_F(PodLogs, ContainerIsKnownByDockersLogLinks) {
  link("pods/kong_kong-7d9f_" + uid + "/init/0.log", "/var/lib/docker/containers/" + other_id + "/x-json.log");
  link("pods/kong_kong-7d9f_" + uid + "/proxy/0.log", "/var/lib/docker/containers/" + id + "/x-json.log");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.container_name, "proxy");
}

TEST_F(PodLogs, ContainerIsNotGuessedFromTheOnlyDirectory) {
  file("pods/kong_kong-7d9f_" + uid + "/proxy/0.log");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.name, "kong-7d9f");
  EXPECT_EQ(pod.container_name, "");
}

TEST_F(PodLogs, PodsOwnCgroupGetsNoContainerName) {
  directory("pods/kong_kong-7d9f_" + uid);
  link("containers/kong-7d9f_kong_proxy-.log", "/nowhere");
  Pod pod;
  pod.uid = uid;
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.name, "kong-7d9f");
  EXPECT_EQ(pod.container_name, "");
}

TEST_F(PodLogs, OddCharactersAreReplaced) {
  directory(
      "pods/k\x1b[2J_pod\n\xff"
      "name_" +
      uid);
  link("containers/pod_k_pro\txy-" + id + ".log", "/nowhere");
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod.namespace_name, "k__2J");
  EXPECT_EQ(pod.name, "pod__name");
  EXPECT_EQ(pod.container_name, "pro_xy");
}

TEST_F(PodLogs, DirectoryWithoutANamespaceTellsNothing) {
  directory("pods/lonely_" + uid);
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  EXPECT_EQ(pod, container_of(uid));
}

TEST_F(PodLogs, MissingRootTellsNothing) {
  Pod pod = container_of(uid);
  fill_names(pod, root() / "absent");
  EXPECT_EQ(pod, container_of(uid));
}

TEST_F(PodLogs, UnreadableRootTellsNothing) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads every directory";
  directory("pods/kong_kong-7d9f_" + uid);
  chmod((root() / "pods").c_str(), 0);
  Pod pod = container_of(uid);
  fill_names(pod, root() / "pods");
  chmod((root() / "pods").c_str(), S_IRWXU);
  EXPECT_EQ(pod, container_of(uid));
}

TEST_F(PodLogs, TargetThatIsNoPodIsLeftAlone) {
  directory("pods/kong_kong-7d9f_");
  Pod unit;
  unit.cgroup_path = "/system.slice/nginx.service";
  fill_names(unit, root() / "pods");
  EXPECT_EQ(unit.name, "");
}

}  // namespace
}  // namespace cnamedrop::pods
