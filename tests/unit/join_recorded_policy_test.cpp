// SPDX-License-Identifier: Apache-2.0
// A policy in the start event and back: whoever reads the file judges as the trace did.
#include <gmock/gmock.h>

#include "join/recorded_policy.h"

namespace cnamedrop::join {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

policy::Policy policy_of(const std::string& text) { return *policy::load_policy_text(text, "policy.yaml"); }

const std::string manifest = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
spec:
  egress:
    - toFQDNs:
        - matchName: login.microsoftonline.com
        - matchPattern: "*.msidentity.com"
      toPorts:
        - ports:
            - {port: "443", protocol: TCP}
            - {port: "8000", endPort: 8100, protocol: UDP}
)";

TEST(RecordedPolicy, NamesPatternsPortsAndPlacesComeBack) {
  const policy::Policy policy = policy_of(manifest);
  events::Started started;
  record_policy(&policy, started);

  const auto again = recorded_policy(started);

  ASSERT_NE(again, nullptr);
  const std::vector<const policy::Selector*> selectors = policy::all_selectors(policy);
  ASSERT_THAT(again->names, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again->names[i].text, selectors[i]->text);
    EXPECT_EQ(again->names[i].ports, selectors[i]->ports);
    EXPECT_EQ(policy::to_string(again->names[i].source), policy::to_string(selectors[i]->source));
  }
  EXPECT_TRUE(again->names[1].matches("login.msidentity.com."));
}

TEST(RecordedPolicy, ARegexThatCiliumToldComesBack) {
  const policy::Policy policy = *policy::load_policy_file(TEST_DATA_DIR "/policies/fqdn_names.json");
  events::Started started;
  record_policy(&policy, started);

  const auto again = recorded_policy(started);

  ASSERT_NE(again, nullptr);
  ASSERT_THAT(again->names, SizeIs(policy.names.size()));
}

TEST(RecordedPolicy, WithoutAPolicyNothingIsRecorded) {
  events::Started started;
  record_policy(nullptr, started);
  EXPECT_THAT(started.selectors, IsEmpty());
  EXPECT_EQ(recorded_policy(started), nullptr);
}

TEST(RecordedPolicy, HalfAPolicyIsNone) {
  policy::Policy policy = policy_of(manifest);
  while (policy.names.size() < 999) policy.names.push_back(*policy::all_selectors(policy).front());
  events::Started started;
  record_policy(&policy, started);

  EXPECT_THAT(started.selectors, SizeIs(1000));
  EXPECT_EQ(started.selectors_omitted, 1U);
  EXPECT_EQ(recorded_policy(started), nullptr);
}

TEST(RecordedPolicy, WhatCannotBeReadIsNoPolicy) {
  events::Started started;
  started.selectors = {{"matchName: x.example", "", {"443/QUIC"}}};
  EXPECT_EQ(recorded_policy(started), nullptr);
  started.selectors = {{"wish: x.example", "", {}}};
  EXPECT_EQ(recorded_policy(started), nullptr);
}

}  // namespace
}  // namespace cnamedrop::join
