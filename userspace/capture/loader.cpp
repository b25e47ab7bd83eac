// SPDX-License-Identifier: Apache-2.0
// The calls to libbpf that put the programs into the kernel, and what libbpf said when they fail.
#include "capture/loader.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "types/file_descriptor.h"

namespace cnamedrop::capture {
namespace {

// What libbpf warned about since the last attempt: its return codes alone explain nothing.
std::string libbpf_warnings;

int keep_warning(libbpf_print_level level, const char* format, va_list arguments) {
  constexpr std::size_t max_kept = 4096;
  if (level != LIBBPF_WARN || libbpf_warnings.size() > max_kept) return 0;
  char line[512];
  std::vsnprintf(line, sizeof(line), format, arguments);
  libbpf_warnings += line;
  return 0;
}

Error failure(const std::string& what, int error) {
  std::string message = what + ": " + std::strerror(error);
  if (error == EPERM || error == EACCES) message += " (run as root, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN)";
  if (!libbpf_warnings.empty()) message += "\n" + libbpf_warnings;
  return Error{message};
}

void configure(cnamedrop_bpf& skeleton, const TracerOptions& options, const Features& features) {
  tracer_config& config = const_cast<tracer_config&>(skeleton.rodata->config);  // read-only only after the load
  config.target_cgroup_id = options.target.cgroup_id;
  config.target_level = static_cast<__u32>(options.target.level);
  config.coalesce_ns = static_cast<__u64>(options.coalesce.count());
  config.drop_watermark = options.ring_bytes / 2;
  config.wakeup_bytes = options.ring_bytes / 16;
  config.use_conntrack = features.conntrack;
  for (std::size_t i = 0; i < MAX_DNS_PORTS; ++i)
    config.dns_ports[i] = options.dns_ports[std::min(i, options.dns_ports.size() - 1)];
  bpf_map__set_max_entries(skeleton.maps.records, options.ring_bytes);
  bpf_map__set_max_entries(skeleton.maps.local_endpoints, options.local_endpoints);
  bpf_map__set_max_entries(skeleton.maps.drop_windows, options.drop_windows);
}

bpf_program* choose_drop_program(const cnamedrop_bpf& skeleton, const Features& features) {
  if (features.rx_socket) return skeleton.progs.on_kfree_skb_with_rx_socket;
  if (features.drop_reason) return skeleton.progs.on_kfree_skb_with_reason;
  return skeleton.progs.on_kfree_skb_with_location;
}

Result<LinkHandle> attach_to_cgroup(bpf_program* program, int cgroup, const std::string& path) {
  LinkHandle link(bpf_program__attach_cgroup(program, cgroup));
  if (link == nullptr) return failure("attaching " + std::string(bpf_program__name(program)) + " to " + path, errno);
  return link;
}

}  // namespace

Result<Programs> load_and_attach(const TracerOptions& options, const Features& features) {
  libbpf_set_print(keep_warning);
  libbpf_warnings.clear();
  Programs programs;
  programs.skeleton.reset(cnamedrop_bpf::open());
  if (programs.skeleton == nullptr) return failure("opening the BPF programs", errno);
  cnamedrop_bpf& skeleton = *programs.skeleton;
  configure(skeleton, options, features);
  programs.drop_program = choose_drop_program(skeleton, features);
  for (bpf_program* shape : {skeleton.progs.on_kfree_skb_with_rx_socket, skeleton.progs.on_kfree_skb_with_reason,
                             skeleton.progs.on_kfree_skb_with_location})
    bpf_program__set_autoload(shape, shape == programs.drop_program);
  bpf_program__set_autoload(skeleton.progs.on_task, features.task_list);
  if (const int error = cnamedrop_bpf::load(&skeleton); error != 0) return failure("loading the BPF programs", -error);

  const FileDescriptor cgroup(open(options.target.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (cgroup.get() < 0) return failure("opening " + options.target.path.string(), errno);
  Result<LinkHandle> egress = attach_to_cgroup(skeleton.progs.on_egress, cgroup.get(), options.target.path.string());
  if (!egress) return egress.error();
  Result<LinkHandle> ingress = attach_to_cgroup(skeleton.progs.on_ingress, cgroup.get(), options.target.path.string());
  if (!ingress) return ingress.error();
  programs.egress = std::move(*egress);
  programs.ingress = std::move(*ingress);
  if (features.task_list) programs.tasks.reset(bpf_program__attach_iter(skeleton.progs.on_task, nullptr));
  programs.cgroups.reset(bpf_program__attach(skeleton.progs.on_cgroup_mkdir));
  if (programs.cgroups == nullptr) return failure("attaching to the tracepoint cgroup:cgroup_mkdir", errno);
  // Last: a drop is only attributed once the egress program notes endpoints.
  programs.drops.reset(bpf_program__attach(programs.drop_program));
  if (programs.drops == nullptr) return failure("attaching to the tracepoint skb:kfree_skb", errno);
  return programs;
}

}  // namespace cnamedrop::capture
