// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/*
 * Which process is in which cgroup and network namespace: a list that userspace reads like a file. /proc/PID/ns/net
 * says the same, but to whoever may trace the process only. Walks the reader's pid namespace alone.
 */
#include "vmlinux.h"
#include "bpf/record.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

SEC("iter/task")
int on_task(struct bpf_iter__task *context)
{
	const struct task_struct *task = context->task;
	struct task_entry entry = {};

	if (!task)
		return 0; /* the end of the list */
	entry.pid = BPF_CORE_READ(task, tgid);
	if (entry.pid != (__u32)BPF_CORE_READ(task, pid))
		return 0; /* a thread: its process speaks for it */
	entry.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	if (!entry.netns)
		return 0; /* it ends */
	entry.cgroup_id = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	entry.started = BPF_CORE_READ(task, start_time);
	bpf_seq_write(context->meta->seq, &entry, sizeof(entry));
	return 0;
}
