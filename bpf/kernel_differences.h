/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Every difference between kernels that the programs bridge by CO-RE, one flavour each, named after the version that
 * brought it. The shapes of the kfree_skb tracepoint are told apart by userspace/capture/features.cpp.
 */
#ifndef CNAMEDROP_KERNEL_DIFFERENCES_H
#define CNAMEDROP_KERNEL_DIFFERENCES_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* Since 5.15 (upstream 8520e224f547) a socket points at its cgroup. Before, the pointer shared a word with the
 * net_cls and net_prio data of cgroup v1: with bit 0 set the word is no pointer. */
struct sock_cgroup_data___v5_15 {
	struct cgroup *cgroup;
};

struct sock_cgroup_data___v5_8 {
	__u64 val;
};

/* Since 6.1 (upstream 7f203bc89eb6) a cgroup holds pointers to its ancestors, before their ids. */
struct cgroup___v6_1 {
	struct cgroup *ancestors[0];
};

struct cgroup___v5_8 {
	__u64 ancestor_ids[0];
};

#pragma clang attribute pop

/* Values that mean "not dropped" or "consumed". Both came some versions after the reasons themselves (6.1 has no
 * SKB_CONSUMED) and their numbers are not fixed; a kernel without them never passes them. */
enum skb_drop_reason___not_a_drop {
	SKB_NOT_DROPPED_YET___any = 0,
	SKB_CONSUMED___any = 1,
};

static __always_inline bool is_no_drop(__u32 reason)
{
	if (bpf_core_enum_value_exists(enum skb_drop_reason___not_a_drop, SKB_CONSUMED___any) &&
	    reason == (__u32)bpf_core_enum_value(enum skb_drop_reason___not_a_drop, SKB_CONSUMED___any))
		return true;
	return bpf_core_enum_value_exists(enum skb_drop_reason___not_a_drop, SKB_NOT_DROPPED_YET___any) &&
	       reason == (__u32)bpf_core_enum_value(enum skb_drop_reason___not_a_drop, SKB_NOT_DROPPED_YET___any);
}

/* Freed by one who gives no reason. Its number is not the same on all kernels. */
enum skb_drop_reason___unspecified {
	SKB_DROP_REASON_NOT_SPECIFIED___any = 2,
};

static __always_inline bool is_unspecified(__u32 reason)
{
	return bpf_core_enum_value_exists(enum skb_drop_reason___unspecified, SKB_DROP_REASON_NOT_SPECIFIED___any) &&
	       reason == (__u32)bpf_core_enum_value(enum skb_drop_reason___unspecified,
						    SKB_DROP_REASON_NOT_SPECIFIED___any);
}

/* The cgroup of a full socket, as an address for probe reads; 0 if the socket has none. */
static __always_inline __u64 socket_cgroup(const struct sock *sk)
{
	const void *data = &sk->sk_cgrp_data;
	__u64 word = 0;

	if (bpf_core_field_exists(((struct sock_cgroup_data___v5_15 *)0)->cgroup))
		return (__u64)BPF_CORE_READ((const struct sock_cgroup_data___v5_15 *)data, cgroup);
	word = BPF_CORE_READ((const struct sock_cgroup_data___v5_8 *)data, val);
	return word & 1 ? 0 : word & ~3ULL;
}

/* The id of the cgroup's ancestor at a level that is not below its own. */
static __always_inline __u64 cgroup_ancestor_id(__u64 cgroup, __u32 level)
{
	const struct cgroup *ancestor = NULL;
	__u64 id = 0;

	if (bpf_core_field_exists(((struct cgroup___v6_1 *)0)->ancestors)) {
		__u64 slot = cgroup + bpf_core_field_offset(struct cgroup___v6_1, ancestors) + level * sizeof(ancestor);

		bpf_probe_read_kernel(&ancestor, sizeof(ancestor), (const void *)slot);
		return BPF_CORE_READ(ancestor, kn, id);
	}
	bpf_probe_read_kernel(&id, sizeof(id),
			      (const void *)(cgroup + bpf_core_field_offset(struct cgroup___v5_8, ancestor_ids) +
					     level * sizeof(id)));
	return id;
}

#endif
