// SPDX-License-Identifier: Apache-2.0
// Features from BTF: the number of arguments of the tracepoint, and whether a type is there.
#include "capture/features.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "capture/bpf_handles.h"
#include "capture/module_btf.h"

namespace cnamedrop::capture {
namespace {

struct NamedFeature {
  const char* name;
  bool Features::*field;
};

constexpr NamedFeature named_features[] = {
    {"drop_reason", &Features::drop_reason},
    {"rx_socket", &Features::rx_socket},
    {"conntrack", &Features::conntrack},
    {"task_list", &Features::task_list},
};

// Arguments of the tracepoint itself: btf_trace_kfree_skb is a pointer to a prototype with one hidden argument first.
// Negative when the type is not there or not of this form.
int kfree_skb_arguments(const btf* vmlinux) {
  const int id = btf__find_by_name_kind(vmlinux, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
  if (id < 0) return -1;
  const btf_type* pointer = btf__type_by_id(vmlinux, btf__type_by_id(vmlinux, static_cast<__u32>(id))->type);
  if (pointer == nullptr || !btf_is_ptr(pointer)) return -1;
  const btf_type* prototype = btf__type_by_id(vmlinux, pointer->type);
  if (prototype == nullptr || !btf_is_func_proto(prototype)) return -1;
  return static_cast<int>(btf_vlen(prototype)) - 1;
}

bool has_struct(const btf* types, const char* name) { return btf__find_by_name_kind(types, name, BTF_KIND_STRUCT) > 0; }

// The list is of the reader's pid namespace: in a container with one of its own, the mounted /proc has more.
bool has_task_list(const btf* vmlinux) {
  constexpr ino_t first_pid_namespace = 0xeffffffc;  // include/linux/proc_ns.h: PROC_PID_INIT_INO
  struct stat own {};
  return stat("/proc/self/ns/pid", &own) == 0 && own.st_ino == first_pid_namespace &&
         btf__find_by_name_kind(vmlinux, "bpf_iter_task", BTF_KIND_FUNC) > 0;
}

bool has_conntrack(const btf* vmlinux) {
  if (has_struct(vmlinux, "nf_conn")) return true;
  const BtfHandle module = load_module_btf("nf_conntrack", vmlinux);
  return module != nullptr && has_struct(module.get(), "nf_conn");
}

}  // namespace

std::map<std::string, bool> to_map(const Features& features) {
  std::map<std::string, bool> map;
  for (const NamedFeature& feature : named_features) map[feature.name] = features.*feature.field;
  return map;
}

Result<Features> probe_features(const btf* vmlinux) {
  const int arguments = kfree_skb_arguments(vmlinux);
  if (arguments < 2)
    return Error{"this kernel's BTF does not describe the tracepoint skb:kfree_skb as any known kernel does"};
  Features features;
  features.drop_reason = arguments >= 3;
  features.rx_socket = arguments >= 4;
  features.conntrack = has_conntrack(vmlinux);
  features.task_list = has_task_list(vmlinux);
  return features;
}

Result<Features> without(Features features, const std::set<std::string>& names) {
  for (const std::string& name : names) {
    bool known = false;
    for (const NamedFeature& feature : named_features) {
      if (name != feature.name) continue;
      features.*feature.field = false;
      known = true;
    }
    if (!known) return Error{"there is no kernel feature \"" + name + "\""};
  }
  if (!features.drop_reason) features.rx_socket = false;  // the socket stands behind the reason
  return features;
}

}  // namespace cnamedrop::capture
