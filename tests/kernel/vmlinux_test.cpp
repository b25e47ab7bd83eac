// SPDX-License-Identifier: Apache-2.0
// The hand-kept vmlinux.h against the running kernel: a misspelt field fails at load, but a wrong width is silent.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "capture/bpf_handles.h"
#include "capture/module_btf.h"

namespace cnamedrop::capture {
namespace {

struct Member {
  std::string name;
  std::uint32_t type = 0;
  bool is_bitfield = false;
};

// Named members, those of anonymous structs and unions included, as C sees them.
void collect(const btf* types, const btf_type* type, std::vector<Member>& out) {
  const btf_member* members = btf_members(type);
  for (unsigned i = 0; i < btf_vlen(type); ++i) {
    const std::string name = btf__name_by_offset(types, members[i].name_off);
    const btf_type* inner = btf__type_by_id(types, btf__resolve_type(types, members[i].type));
    if (name.empty() && btf_is_composite(inner))
      collect(types, inner, out);
    else
      out.push_back({name, members[i].type, btf_member_bitfield_size(type, i) != 0});
  }
}

const Member* find(const std::vector<Member>& members, const std::string& name) {
  for (const Member& member : members)
    if (member.name == name) return &member;
  return nullptr;
}

// Widths of what a program loads: numbers and pointers. Composite members are compared as types of their own.
bool is_scalar(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, btf__resolve_type(types, id));
  return btf_is_int(type) || btf_is_ptr(type) || btf_is_any_enum(type);
}

class VmlinuxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) GTEST_SKIP() << "this kernel has no BTF";
    kernel.reset(btf__load_vmlinux_btf());
    ours.reset(btf__parse_elf(LINKED_BPF_OBJECT, nullptr));
    ASSERT_NE(kernel, nullptr);
    ASSERT_NE(ours, nullptr);
    conntrack = load_module_btf("nf_conntrack", kernel.get());
  }

  // The kernel's type of that name, in vmlinux or in the conntrack module; the second says in which.
  std::pair<const btf_type*, const btf*> find_in_kernel(const std::string& name) {
    for (const btf* types : {kernel.get(), conntrack.get()}) {
      if (types == nullptr) continue;
      if (const int id = btf__find_by_name_kind(types, name.c_str(), BTF_KIND_STRUCT); id > 0)
        return {btf__type_by_id(types, static_cast<__u32>(id)), types};
    }
    return {nullptr, nullptr};
  }

  BtfHandle kernel;
  BtfHandle conntrack;
  BtfHandle ours;
};

TEST_F(VmlinuxTest, EveryFieldHasTheKernelsNameAndWidth) {
  // Types of the program itself and of the user-kernel interface have no counterpart to compare with.
  const std::vector<std::string> kernel_types = {
      "ns_common",   "net",     "net_device",       "kernfs_node",        "cgroup",
      "sock_common", "sock",    "sk_buff",          "skb_shared_info",    "task_struct",
      "nsproxy",     "css_set", "nf_conntrack_man", "nf_conntrack_tuple", "nf_conn"};
  int compared = 0;
  for (const std::string& name : kernel_types) {
    const int id = btf__find_by_name_kind(ours.get(), name.c_str(), BTF_KIND_STRUCT);
    if (id < 0) continue;
    const auto [theirs, types] = find_in_kernel(name);
    if (theirs == nullptr) continue;
    std::vector<Member> our_members;
    std::vector<Member> their_members;
    collect(ours.get(), btf__type_by_id(ours.get(), static_cast<__u32>(id)), our_members);
    collect(types, theirs, their_members);
    for (const Member& member : our_members) {
      const Member* counterpart = find(their_members, member.name);
      ASSERT_NE(counterpart, nullptr) << name << "." << member.name;
      EXPECT_EQ(member.is_bitfield, counterpart->is_bitfield) << name << "." << member.name;
      if (!is_scalar(ours.get(), member.type)) continue;
      EXPECT_EQ(btf__resolve_size(ours.get(), member.type), btf__resolve_size(types, counterpart->type))
          << name << "." << member.name;
      ++compared;
    }
  }
  EXPECT_GT(compared, 15);
}

}  // namespace
}  // namespace cnamedrop::capture
