/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Is it a drop at all? What had reached its socket and is freed unread when the socket closes was not dropped; nor was
 * a packet for a connection that is over, a copy for a packet capture, or the rest of a reassembled datagram. Ordinary
 * traffic is full of these. Asked only of the target's own packets, behind the attribution.
 */
#ifndef CNAMEDROP_PURGE_H
#define CNAMEDROP_PURGE_H

#include "vmlinux.h"
#include "bpf/kernel_differences.h"
#include "bpf/maps.h"
#include "bpf/packet.h"
#include "bpf/socket.h"

/* The rule of the range that a location lies in, 0 if it lies in none. The ranges are sorted, unused ones come last; as
 * long as userspace has not filled them they are all zero, and no location lies in one. A global function: verified
 * once, not once for each path that leads here. */
__noinline __u32 purge_rule_of(__u64 location)
{
	__u32 at = 0;

#pragma clang loop unroll(full)
	for (__u32 step = MAX_PURGE_RANGES / 2; step; step /= 2)
		if (purge_ranges[(at + step) & (MAX_PURGE_RANGES - 1)].begin <= location)
			at = (at + step) & (MAX_PURGE_RANGES - 1);
	if (location < purge_ranges[at].begin || location >= purge_ranges[at].end)
		return PURGE_NEVER;
	return purge_ranges[at].rule;
}

/* By where it was freed: userspace knows the functions by name (userspace/capture/purge_places.cpp). */
static __always_inline bool is_purge_place(__u64 location, __u32 reason, bool reason_known)
{
	__u32 rule = purge_rule_of(location);

	return rule == PURGE_ALWAYS || (rule == PURGE_WITHOUT_REASON && (!reason_known || is_unspecified(reason)));
}

/* The packet hangs at a socket that has given its port back, as a socket does when it is destroyed: nearly every TCP
 * connection ends with a FIN that nobody reads. What such a socket had sent is still on its way, and its drop is one;
 * where both ends are one address the way cannot be told, but there is nothing on the way that could drop. */
static __always_inline bool is_left_unread(const struct seen_socket *socket, const struct packet *packet)
{
	if (!socket->state || socket->port || !has_ports(packet->protocol))
		return false;
	return socket->direction == DIRECTION_INGRESS || same_address(&packet->source, &packet->destination);
}

/* Meant for a socket that waits out the end of its connection, or for a packet capture, which only had a copy. */
static __always_inline bool is_for_nobody(const struct seen_socket *receiver)
{
	return receiver->state == TCP_TIME_WAIT || (receiver->state && receiver->family == FAMILY_PACKET);
}

#endif
