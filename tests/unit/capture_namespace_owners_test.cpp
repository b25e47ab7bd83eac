// SPDX-License-Identifier: Apache-2.0
// Who owns a namespace and where an address is whose.
#include <gmock/gmock.h>

#include "capture/namespace_owners.h"

namespace cnamedrop::capture {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

std::shared_ptr<const pods::Pod> process_of(std::string uid, std::string path, std::string container = {}) {
  pods::Pod pod;
  pod.uid = std::move(uid);
  pod.cgroup_path = std::move(path);
  pod.container_id = std::move(container);
  return std::make_shared<const pods::Pod>(pod);
}

const auto pause = process_of("a", "/kubepods/poda/cri-11", "11");
const auto app = process_of("a", "/kubepods/poda/cri-22/init.scope", "22");
const auto other_pod = process_of("b", "/kubepods/podb/cri-33", "33");
const auto unit_one = process_of("", "/lab/one");
const auto unit_two = process_of("", "/lab/two");

TEST(NamespaceOwner, IsThePodNeverAContainer) {
  const auto owner = owner_of({{5, pause}, {6, app}});
  ASSERT_TRUE(owner);
  EXPECT_FALSE(owner->shared);
  EXPECT_EQ(owner->cgroup_path, "/kubepods/poda");
}

TEST(NamespaceOwner, IsNobodyWhereNobodyOfTheTargetLives) { EXPECT_FALSE(owner_of({{5, nullptr}})); }

TEST(NamespaceOwner, IsStillThePodWhenSomebodyEntersLater) {
  EXPECT_FALSE(owner_of({{5, pause}, {9, nullptr}})->shared);
}

TEST(NamespaceOwner, SharesWithWhoeverWasThereBefore) { EXPECT_TRUE(owner_of({{1, nullptr}, {5, pause}})->shared); }

TEST(NamespaceOwner, SharesWithAnotherPod) {
  EXPECT_TRUE(owner_of({{5, pause}, {9, other_pod}})->shared);
  EXPECT_TRUE(owner_of({{5, pause}, {9, nullptr, "b"}})->shared);
}

TEST(NamespaceOwner, OfCgroupsThatAreNoPodsIsTheNearestThatHoldsThemAll) {
  EXPECT_EQ(owner_of({{5, unit_one}, {6, unit_two}})->cgroup_path, "/lab");
  EXPECT_EQ(owner_of({{5, unit_one}})->cgroup_path, "/lab/one");
}

TEST(NamespaceOwner, IsNotTheWholeMachine) {
  EXPECT_TRUE(owner_of({{5, unit_one}, {6, process_of("", "/system/x")}})->shared);
}

const dns::IpAddress address = *dns::parse_ip("10.0.0.2");

TEST(AddressPlaces, AreInTheTransit) {
  EXPECT_THAT(places_of({{1, 9, true, 77, {address}}}),
              UnorderedElementsAre(Pair(AddressPlace{address, 9}, PlaceOwner{77, false})));
}

TEST(AddressPlaces, TellOwnersOfOneAddressApartByTheirTransits) {
  EXPECT_THAT(places_of({{1, 9, true, 77, {address}}, {2, 8, false, 0, {address}}}),
              UnorderedElementsAre(Pair(AddressPlace{address, 9}, PlaceOwner{77, false})));
}

TEST(AddressPlaces, AreAmbiguousWhereTheTransitIsTheSame) {
  EXPECT_THAT(places_of({{1, 9, true, 77, {address}}, {2, 9, false, 0, {address}}}),
              UnorderedElementsAre(Pair(AddressPlace{address, 9}, PlaceOwner{77, true})));
}

TEST(AddressPlaces, AreAmbiguousWhereTheTransitIsNotKnown) {
  EXPECT_THAT(places_of({{1, 0, true, 77, {address}}, {2, 9, false, 0, {address}}}),
              UnorderedElementsAre(Pair(AddressPlace{address, 0}, PlaceOwner{77, true})));
}

TEST(AddressPlaces, WithoutATransitAreEverywhere) {
  EXPECT_THAT(places_of({{1, 0, true, 77, {address}}}),
              UnorderedElementsAre(Pair(AddressPlace{address, 0}, PlaceOwner{77, false})));
}

TEST(AddressPlaces, OfOthersAreNotKept) { EXPECT_THAT(places_of({{2, 9, false, 0, {address}}}), IsEmpty()); }

}  // namespace
}  // namespace cnamedrop::capture
