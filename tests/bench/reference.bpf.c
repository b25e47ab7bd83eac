// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/*
 * The least that a program at a cgroup can do which knows the sockets behind it: one look-up that succeeds, then pass.
 * What cnamedrop costs is told in multiples of this. Not a part of cnamedrop.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>
#include "bpf/record.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* overhead.py puts the one key in that is looked up: all zeros. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 32768);
  __type(key, struct endpoint_key);
  __type(value, __u64);
} reference_map SEC(".maps");

SEC("cgroup_skb/egress")
int reference(struct __sk_buff* skb) {
  struct endpoint_key key = {};

  bpf_map_lookup_elem(&reference_map, &key);
  return 1;
}
