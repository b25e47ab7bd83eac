/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Which way did the packet go, and who opened its connection?
 */
#ifndef CNAMEDROP_DIRECTION_H
#define CNAMEDROP_DIRECTION_H

#include "vmlinux.h"
#include "bpf/conntrack.h"
#include "bpf/namespaces.h"
#include "bpf/packet.h"
#include "bpf/socket.h"

/* A socket is attached to packets that it sends, to those that wait in its receive queue and, by early demultiplexing,
 * to some on their way there. Its address tells which of them; where it has none or talks to itself, its port does; a
 * closed one has lost its port, then the endpoint table knows. */
static __always_inline __u8 direction_by_socket(const struct seen_socket *socket, const struct packet *packet,
						__u32 netns)
{
	const struct sock *sk = (const struct sock *)socket->address;
	struct ip_address_bytes own = {};
	bool from_own, to_own;

	if (packet->ip_version == 4)
		bpf_core_read(own.bytes, 4, &sk->__sk_common.skc_rcv_saddr);
	else
		bpf_core_read(own.bytes, sizeof(own.bytes), &sk->__sk_common.skc_v6_rcv_saddr);
	from_own = same_address(&own, &packet->source);
	to_own = same_address(&own, &packet->destination);
	if (from_own != to_own)
		return from_own ? DIRECTION_EGRESS : DIRECTION_INGRESS;
	if (socket->port && packet->source_port != packet->destination_port)
		return packet->destination_port == socket->port ? DIRECTION_INGRESS : DIRECTION_EGRESS;
	if (owner_of(&packet->source, packet->source_port, packet, netns))
		return DIRECTION_EGRESS;
	if (owner_of(&packet->destination, packet->destination_port, packet, netns))
		return DIRECTION_INGRESS;
	return DIRECTION_EGRESS;
}

/* Inside the pod's own namespace: what no device brought was sent there. */
static __always_inline __u8 direction_in_namespace(const struct sk_buff *skb)
{
	return skb->skb_iif ? DIRECTION_INGRESS : DIRECTION_EGRESS;
}

/* Where neither the packet itself nor the first one of its endpoint tells. */
static __always_inline __u8 opener_by_conntrack(const struct sk_buff *skb, bool sent_by_pod)
{
	if (!conntrack_of(skb))
		return OPENED_BY_UNKNOWN;
	return sent_by_pod != is_reply(skb) ? OPENED_BY_POD : OPENED_BY_REMOTE;
}

#endif
