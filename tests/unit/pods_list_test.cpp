// SPDX-License-Identifier: Apache-2.0
// The pods of a cluster, as kubectl prints them.
#include <gmock/gmock.h>

#include <fstream>

#include "pods/pod_list.h"
#include "temp_tree.h"

namespace cnamedrop::pods {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class PodListTest : public TempTree {
 protected:
  Result<PodList> read(const std::string& text) {
    const std::filesystem::path path = root() / "pods.json";
    std::ofstream(path) << text;
    return read_pod_list(path);
  }
  static Pod pod(const std::string& uid) {
    Pod pod;
    pod.uid = uid;
    return pod;
  }
};

const std::string item =
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"u1","labels":{"app":"x","tier":"y"},)"
    R"("annotations":{"app":"not a label"},"ownerReferences":[{"name":"rs","uid":"u9"}]},)"
    R"("spec":{"containers":[{"name":"c","env":[{"name":"labels","value":"z"}]}]},"status":{"podIP":"10.0.0.1"}})";

TEST_F(PodListTest, LabelsOfAListAreKept) {
  const Result<PodList> pods = read(R"({"kind":"List","metadata":{"resourceVersion":""},"items":[)" + item + "]}");
  ASSERT_TRUE(pods) << pods.error().message;
  EXPECT_EQ(pods->size(), 1U);
  const ListedPod* found = pods->find(pod("u1"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "a");
  EXPECT_EQ(found->namespace_name, "n");
  EXPECT_THAT(found->labels, ElementsAre(Pair("app", "x"), Pair("tier", "y")));
  EXPECT_EQ(pods->find(pod("u9")), nullptr);
}

TEST_F(PodListTest, OnePodAndAnArrayAreReadToo) {
  EXPECT_NE(read(item)->find(pod("u1")), nullptr);
  EXPECT_NE(read("[" + item + "," + item + "]")->find(pod("u1")), nullptr);
}

TEST_F(PodListTest, WhatIsNoListSaysSo) {
  EXPECT_THAT(read(R"({"items":[]})").error().message, HasSubstr("has no pods"));
  EXPECT_THAT(read("{\"items\":[").error().message, HasSubstr("offset"));
  EXPECT_THAT(read("words").error().message, HasSubstr("offset"));
  EXPECT_THAT(read(std::string(1000, '[')).error().message, HasSubstr("nested too deep"));
  EXPECT_THAT(read_pod_list(root()).error().message, HasSubstr("is a directory, not a list of pods"));
}

TEST_F(PodListTest, AValueThatDoesNotEndEndsTheReading) {
  EXPECT_THAT(read("{\"items\":[{\"metadata\":{\"name\":\"" + std::string(std::size_t{5} << 20, 'a') + "\"}}]}")
                  .error()
                  .message,
              HasSubstr("offset"));
}

}  // namespace
}  // namespace cnamedrop::pods
