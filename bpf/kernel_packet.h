/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Reads the headers of a kernel's skb, by probe reads from where an IP header is. Not for a cgroup program's context.
 */
#ifndef CNAMEDROP_KERNEL_PACKET_H
#define CNAMEDROP_KERNEL_PACKET_H

#include "vmlinux.h"
#include "bpf/packet.h"

/* The packet that starts at an IP header of an skb. */
struct kernel_packet {
	const struct sk_buff *skb;
	__u16 header; /* from skb->head */
};

static __always_inline long read_kernel(const void *source, __u32 offset, void *to, __u32 size)
{
	const struct kernel_packet *at = source;

	/* Behind the linear part are other things, not the rest of the packet: that is in its fragments. */
	if (at->header + offset + size > at->skb->tail)
		return -1;
	return bpf_probe_read_kernel(to, size, at->skb->head + at->header + offset);
}

static __always_inline long read_address(const void *source, __u32 offset, void *to, __u32 size)
{
	return bpf_probe_read_kernel(to, size, source + offset);
}

__noinline __u64 walk_extensions_at(__u64 network_header, __u32 next)
{
	const struct packet_reader reader = {.read = read_address};

	return walk_extensions(&reader, (const void *)network_header, next);
}

/* head by a probe read: newer verifiers give it a pointer type that no function of our own may take. */
static __always_inline __u64 walk_kernel(const void *source, __u32 next)
{
	const struct kernel_packet *at = source;
	const struct sk_buff *skb = at->skb;

	return walk_extensions_at((__u64)BPF_CORE_READ(skb, head) + at->header, next);
}

#define KERNEL_READER                                                                                                  \
	(struct packet_reader)                                                                                         \
	{                                                                                                              \
		.read = read_kernel, .walk_extensions = walk_kernel                                                    \
	}

#endif
