/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Whether a cgroup is of the target: asked of its own ancestors, not of a list, so that one that is made later is in.
 */
#ifndef CNAMEDROP_TARGET_H
#define CNAMEDROP_TARGET_H

#include "vmlinux.h"
#include "bpf/kernel_differences.h"
#include "bpf/maps.h"
#include <bpf/bpf_core_read.h>

/* The cgroup's id if it is the target or below it, else 0. */
static __always_inline __u64 target_id_of(__u64 cgroup)
{
	__u32 level;

	if (!cgroup)
		return 0;
	level = BPF_CORE_READ((const struct cgroup *)cgroup, level);
	if (level < config.target_level || cgroup_ancestor_id(cgroup, config.target_level) != config.target_cgroup_id)
		return 0;
	return BPF_CORE_READ((const struct cgroup *)cgroup, kn, id);
}

#endif
