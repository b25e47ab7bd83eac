// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/*
 * The path of each cgroup that is made below the target, in the ring before anything else of it: a container that lived
 * for a moment has no directory any more when its drop is read.
 */
#include "vmlinux.h"
#include "bpf/maps.h"
#include "bpf/target.h"
#include <bpf/bpf_tracing.h>

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	__u64 waiting = bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA);
	struct cgroup_record *record;
	__u64 address = 0, id;

	bpf_probe_read_kernel(&address, sizeof(address), &cgroup);
	/* The hierarchies of cgroup v1 have ids of their own, which may be the same. */
	if (BPF_CORE_READ((const struct cgroup *)address, root, hierarchy_id))
		return 0;
	id = target_id_of(address);
	if (!id)
		return 0;
	record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);
	if (!record) {
		COUNT(cgroups_refused);
		return 0;
	}
	__builtin_memset(&record->header, 0, sizeof(record->header));
	record->header.type = RECORD_CGROUP;
	record->header.boot_ns = bpf_ktime_get_boot_ns();
	record->header.cgroup_id = id;
	record->level = BPF_CORE_READ((const struct cgroup *)address, level);
	record->padding = 0;
	if (bpf_probe_read_kernel_str(record->path, sizeof(record->path), path) < 0)
		record->path[0] = 0;
	submit(record, sizeof(*record), waiting);
	return 0;
}
