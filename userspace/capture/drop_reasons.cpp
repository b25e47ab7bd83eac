// SPDX-License-Identifier: Apache-2.0
// Walks the enums of the kernel's BTF whose names speak of drop reasons.
#include "capture/drop_reasons.h"

#include <algorithm>
#include <string_view>

#include "capture/bpf_handles.h"
#include "capture/module_btf.h"

namespace cnamedrop::capture {
namespace {

constexpr unsigned subsystem_shift = 16;  // include/net/dropreason.h: SKB_DROP_REASON_SUBSYS_SHIFT
constexpr std::string_view subsystem_prefix = "SKB_DROP_REASON_SUBSYS_";

// The enum of core reasons, and those of subsystems: mac80211_drop_reason, ovs_drop_reason...
bool is_reason_enum(std::string_view name) { return name.find("drop_reason") != std::string_view::npos; }

// In the core enum, but no reasons: bounds and masks.
bool is_marker(std::string_view name) { return name.ends_with("_MAX") || name.starts_with(subsystem_prefix); }

}  // namespace

DropReasons::DropReasons(const btf* vmlinux) { add_enums(vmlinux, 1); }

void DropReasons::add_enums(const btf* types, std::uint32_t first_type) {
  for (std::uint32_t id = first_type; id < btf__type_cnt(types); ++id) {
    const btf_type* type = btf__type_by_id(types, id);
    if (!btf_is_enum(type)) continue;
    const std::string_view enum_name = btf__name_by_offset(types, type->name_off);
    if (!is_reason_enum(enum_name)) continue;
    const struct btf_enum* values = btf_enum(type);
    for (unsigned i = 0; i < btf_vlen(type); ++i) {
      const std::string_view name = btf__name_by_offset(types, values[i].name_off);
      const auto value = static_cast<std::uint32_t>(values[i].val);
      if (enum_name == "skb_drop_reason_subsys")
        subsystems_.emplace(value, name.substr(std::min(name.size(), subsystem_prefix.size())));
      else if (!is_marker(name))
        names_.emplace(value, name);
    }
  }
}

void DropReasons::add_modules() {
  const BtfHandle vmlinux(btf__load_vmlinux_btf());
  if (vmlinux == nullptr) return;
  for (const std::string& module : modules_with_btf())
    if (const BtfHandle types = load_module_btf(module, vmlinux.get()); types != nullptr)
      add_enums(types.get(), btf__type_cnt(vmlinux.get()));
}

DropReason DropReasons::name(std::uint32_t reason) {
  auto found = names_.find(reason);
  if (found == names_.end()) {
    add_modules();
    // An unknown value is remembered by its number, so that the modules are not read again for it.
    found = names_.emplace(reason, std::to_string(reason)).first;
  }
  const std::uint32_t subsystem = reason >> subsystem_shift;
  const auto known = subsystems_.find(subsystem);
  if (known != subsystems_.end()) return {found->second, known->second};
  // Kernels before 6.4 have core reasons only, and no names for subsystems.
  return {found->second, subsystem == 0 ? "CORE" : std::to_string(subsystem)};
}

}  // namespace cnamedrop::capture
