// SPDX-License-Identifier: Apache-2.0
// What is read from the running kernel's BTF: features, and the names of drop reasons.
#include <gmock/gmock.h>

#include "capture/bpf_handles.h"
#include "capture/drop_reasons.h"
#include "capture/features.h"

namespace cnamedrop::capture {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t unknown_core_reason = 0xfff0;
constexpr std::uint32_t unknown_subsystem_reason = 0x7ffe0001;

class KernelBtfTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) GTEST_SKIP() << "this kernel has no BTF";
    vmlinux.reset(btf__load_vmlinux_btf());
    ASSERT_NE(vmlinux, nullptr);
    const Result<Features> probed = probe_features(vmlinux.get());
    ASSERT_TRUE(probed) << probed.error().message;
    features = *probed;
  }

  // The number that this kernel gives a core reason; fails the test if it has no such reason.
  std::uint32_t number_of(const std::string& reason) {
    const int id = btf__find_by_name_kind(vmlinux.get(), "skb_drop_reason", BTF_KIND_ENUM);
    const btf_type* type = btf__type_by_id(vmlinux.get(), static_cast<__u32>(id));
    const struct btf_enum* values = btf_enum(type);
    for (unsigned i = 0; i < btf_vlen(type); ++i)
      if (reason == btf__name_by_offset(vmlinux.get(), values[i].name_off))
        return static_cast<std::uint32_t>(values[i].val);
    ADD_FAILURE() << "no " << reason;
    return 0;
  }

  BtfHandle vmlinux;
  Features features;
};

TEST_F(KernelBtfTest, AReasonHasTheKernelsNameAndItsSubsystem) {
  if (!features.drop_reason) GTEST_SKIP() << "this kernel gives no reasons";
  const DropReason reason = DropReasons(vmlinux.get()).name(number_of("SKB_DROP_REASON_NETFILTER_DROP"));
  EXPECT_EQ(reason.name, "SKB_DROP_REASON_NETFILTER_DROP");
  EXPECT_EQ(reason.subsystem, "CORE");
}

TEST_F(KernelBtfTest, AnUnknownReasonPrintsItsNumber) {
  EXPECT_EQ(DropReasons(vmlinux.get()).name(unknown_core_reason).name, "65520");
}

TEST_F(KernelBtfTest, AnUnknownSubsystemPrintsItsNumber) {
  EXPECT_EQ(DropReasons(vmlinux.get()).name(unknown_subsystem_reason).subsystem, "32766");
}

TEST_F(KernelBtfTest, TheReceivingSocketComesOnlyWithTheReason) {
  EXPECT_TRUE(features.drop_reason || !features.rx_socket);
}

TEST_F(KernelBtfTest, AFeatureCanBeForcedOff) {
  const Result<Features> fewer = without(features, {"drop_reason"});
  ASSERT_TRUE(fewer);
  EXPECT_FALSE(fewer->drop_reason);
  EXPECT_FALSE(fewer->rx_socket);
  EXPECT_EQ(fewer->conntrack, features.conntrack);
}

TEST_F(KernelBtfTest, AFeatureThatDoesNotExistIsAnError) {
  const Result<Features> wrong = without(features, {"time_travel"});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("time_travel"));
}

}  // namespace
}  // namespace cnamedrop::capture
