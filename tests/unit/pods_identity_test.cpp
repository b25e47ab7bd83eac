// SPDX-License-Identifier: Apache-2.0
// Cgroup paths as the kubelet's drivers and the container runtimes write them.
#include <gtest/gtest.h>

#include <string>

#include "pods/identity.h"

namespace cnamedrop::pods {
namespace {

const std::string uid = "0d5a2c6e-9a57-4c1b-8f0e-3f4a5b6c7d8e";
const std::string uid_with_underscores = "0d5a2c6e_9a57_4c1b_8f0e_3f4a5b6c7d8e";
const std::string static_uid = "4b1d6c2ee93c3de4f2a6f1b0c9d8e7f6";
const std::string id = "8c1e4c27a0d5b3f6e9120a4b7c8d3e5f61728394a5b6c7d8e9f0a1b2c3d4e5f6";
const std::string other_id = "1111111111111111111111111111111111111111111111111111111111111111";
const std::string pod_slice =
    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid_with_underscores + ".slice";

Pod pod_with(const std::string& path, const std::string& pod_uid, const std::string& container,
             const std::string& runtime) {
  Pod pod;
  pod.uid = pod_uid;
  pod.container_id = container;
  pod.runtime = runtime;
  pod.cgroup_path = path;
  return pod;
}

TEST(PodIdentity, SystemdDriverWithContainerd) {
  const std::string path = pod_slice + "/cri-containerd-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "containerd"));
}

TEST(PodIdentity, SystemdDriverWithCrio) {
  const std::string path = pod_slice + "/crio-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "crio"));
}

TEST(PodIdentity, SystemdDriverWithDocker) {
  const std::string path = pod_slice + "/docker-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "docker"));
}

TEST(PodIdentity, CrioMonitorBelongsToThePodButIsNoContainer) {
  const std::string path = pod_slice + "/crio-conmon-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, "", "crio"));
}

TEST(PodIdentity, PodSliceItselfHasNoContainer) { EXPECT_EQ(identify(pod_slice), pod_with(pod_slice, uid, "", "")); }

TEST(PodIdentity, GuaranteedPodHasNoQosSlice) {
  const std::string path =
      "/kubepods.slice/kubepods-pod" + uid_with_underscores + ".slice/cri-containerd-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "containerd"));
}

TEST(PodIdentity, CgroupfsDriverGivesBareIds) {
  const std::string path = "/kubepods/burstable/pod" + uid + "/" + id;
  EXPECT_EQ(identify(path), pod_with(path, uid, id, ""));
}

TEST(PodIdentity, CgroupfsDriverWithGuaranteedPod) {
  const std::string path = "/kubepods/pod" + uid + "/" + id;
  EXPECT_EQ(identify(path), pod_with(path, uid, id, ""));
}

TEST(PodIdentity, CgroupfsDriverWithCrio) {
  const std::string path = "/kubepods/besteffort/pod" + uid + "/crio-" + id;
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "crio"));
}

TEST(PodIdentity, StaticPodIsNamedByAHashWithoutDashes) {
  const std::string slice_path = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + static_uid +
                                 ".slice/cri-containerd-" + id + ".scope";
  const std::string directory_path = "/kubepods/burstable/pod" + static_uid + "/" + id;
  EXPECT_EQ(identify(slice_path), pod_with(slice_path, static_uid, id, "containerd"));
  EXPECT_EQ(identify(directory_path), pod_with(directory_path, static_uid, id, ""));
}

TEST(PodIdentity, KindNodePrefixesItsSlices) {
  const std::string path =
      "/system.slice/docker-" + other_id +
      ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod" +
      uid_with_underscores + ".slice/cri-containerd-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "containerd"));
}

TEST(PodIdentity, AnyPrefixMayStandBefore) {
  const std::string path = "/cnamedrop-lab" + pod_slice + "/crio-" + id + ".scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "crio"));
}

TEST(PodIdentity, CgroupsInsideAContainerAreThatContainer) {
  const std::string path = pod_slice + "/crio-" + id + ".scope/container/init.scope";
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "crio"));
}

TEST(PodIdentity, InnermostPodWins) {
  const std::string path = "/kubepods/pod" + static_uid + "/" + other_id + "/kubepods/burstable/pod" + uid + "/" + id;
  EXPECT_EQ(identify(path), pod_with(path, uid, id, ""));
}

TEST(PodIdentity, ContainerdWithMixedDriversWritesATriple) {
  const std::string path =
      "/system.slice/containerd.service/kubepods-burstable-pod" + uid_with_underscores + ".slice:cri-containerd:" + id;
  EXPECT_EQ(identify(path), pod_with(path, uid, id, "containerd"));
}

TEST(PodIdentity, PathsOfNoPodHaveOnlyTheirPath) {
  EXPECT_EQ(identify("/"), pod_with("/", "", "", ""));
  EXPECT_EQ(identify(""), pod_with("", "", "", ""));
  EXPECT_EQ(identify("/system.slice/nginx.service"), pod_with("/system.slice/nginx.service", "", "", ""));
  EXPECT_EQ(identify("/kubepods.slice"), pod_with("/kubepods.slice", "", "", ""));
  EXPECT_EQ(identify("/docker/" + id), pod_with("/docker/" + id, "", "", ""));
}

TEST(PodIdentity, LooksAlikeAreNotPods) {
  EXPECT_EQ(identify("/machine.slice/my-pod" + uid_with_underscores + ".slice").uid, "");
  EXPECT_EQ(identify("/burst/pod" + uid).uid, "");
  EXPECT_EQ(identify("/kubepods/podcast").uid, "");
  EXPECT_EQ(identify("/kubepods/pod0d5a2c6e-9a57-4c1b-8f0e-3f4a5b6c7d8X").uid, "");
  EXPECT_EQ(identify("/kubepods/pod0d5a2c6e09a57-4c1b-8f0e-3f4a5b6c7d8e").uid, "");
  EXPECT_EQ(identify("/system.slice/kubepods-podx.slice:cri-containerd:" + id).uid, "");
}

TEST(PodIdentity, ShortOrOddContainerNamesAreNoIds) {
  EXPECT_EQ(identify(pod_slice + "/cri-containerd-abc123.scope").container_id, "");
  EXPECT_EQ(identify(pod_slice + "/" + std::string(64, 'z')).container_id, "");
}

}  // namespace
}  // namespace cnamedrop::pods
