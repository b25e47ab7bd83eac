/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Whose packet is this? The first step that knows answers: the socket, the receiving socket, who last sent from the
 * packet's endpoint, the namespace in which it is seen, the pod's address, conntrack's original tuple, the inner
 * headers of an encapsulated packet. In FORWARD the socket is gone (ip_rcv_core orphans the skb), so the later steps
 * are needed. Whether it was dropped at all is asked in purge.h, which way it went in direction.h.
 *
 * Only fields of the skb itself are loaded directly. What lies behind a pointer is read with BPF_CORE_READ, and the
 * value decides, not the pointer:
 * - 6.11 to 6.12.16 and 6.13.0 to 6.13.4 believe that rx_sk is never NULL (CVE-2025-21852): the verifier deletes our
 *   check, and a direct load behind it would be one of address 0, which takes the node down.
 * - Before 6.9 skb->sk shares its storage with ip_defrag_offset: in a fragment that waits it is a small number.
 * - While a TCP queue holds an skb, skb->dev is a part of a tree node.
 * A read of what is not mapped gives zero. tests/kernel/reading_rule_test.cpp checks the instructions.
 */
#ifndef CNAMEDROP_ATTRIBUTION_H
#define CNAMEDROP_ATTRIBUTION_H

#include "vmlinux.h"
#include "bpf/record.h"
#include "bpf/conntrack.h"
#include "bpf/direction.h"
#include "bpf/kernel_differences.h"
#include "bpf/kernel_packet.h"
#include "bpf/maps.h"
#include "bpf/namespaces.h"
#include "bpf/packet.h"
#include "bpf/socket.h"
#include "bpf/target.h"

struct attributed {
	__u64 cgroup_id;
	__u32 netns;	/* in which the packet is seen; 0: not known, or nothing of the packet is the target's */
	__u8 by;	/* enum attribution */
	__u8 direction; /* enum packet_direction */
	__u8 settled;	/* sides of the packet that belong to somebody else */
	__u8 untold;	/* UNTOLD_AMBIGUOUS or UNTOLD_SHARED, where a step could not name the owner */
};

#define SOURCE_SETTLED	    1
#define DESTINATION_SETTLED 2

__noinline __u64 id_in_target(__u64 cgroup)
{
	return target_id_of(cgroup);
}

static __always_inline bool found(struct attributed *who, __u64 owned, __u8 direction)
{
	if (!owned)
		return false;
	who->by = OWNED_BY(owned);
	if (who->by >= UNTOLD_SHARED) {
		who->untold = who->by;
		return false;
	}
	who->cgroup_id = OWNED_CGROUP(owned);
	who->direction = direction;
	return true;
}

/* The target's socket is the answer. One of somebody outside settles its side: no table overrules it. But the target
 * may be the other end. */
static __always_inline bool attribute_by_socket(const struct seen_socket *socket, __u8 by, struct attributed *who)
{
	__u64 cgroup = cgroup_of_socket(socket->address, socket->state);

	if (!cgroup)
		return false;
	who->cgroup_id = id_in_target(cgroup);
	who->by = by;
	who->direction = socket->direction;
	if (who->cgroup_id)
		return true;
	if (socket->family != FAMILY_PACKET) /* a capture is at neither end */
		who->settled |= SOURCE_SETTLED << socket->direction;
	return false;
}

static __always_inline bool is_open(const struct attributed *who, __u8 direction)
{
	return !(who->settled & (SOURCE_SETTLED << direction));
}

static __always_inline bool attribute_by_side(const struct packet *packet, struct attributed *who, __u8 direction)
{
	bool egress = direction == DIRECTION_EGRESS;

	return is_open(who, direction) &&
	       found(who,
		     owner_of(egress ? &packet->source : &packet->destination,
			      egress ? packet->source_port : packet->destination_port, packet, who->netns),
		     direction);
}

/* Everything that is seen inside of the pod is the pod's, sent or received. */
static __always_inline bool attribute_by_netns(const struct sk_buff *skb, struct attributed *who)
{
	__u8 direction = direction_in_namespace(skb);

	return is_open(who, direction) && found(who, owner_of_namespace(who->netns), direction);
}

/* Endpoints and addresses. The sender's side first: a packet between two pods of the node is the sender's on its way,
 * and the receiver's in the receiver's namespace, for there the sender is not seen. */
static __noinline bool attribute_by_tables(const struct sk_buff *skb, const struct packet *packet,
					   struct attributed *who)
{
	return attribute_by_side(packet, who, DIRECTION_EGRESS) || attribute_by_side(packet, who, DIRECTION_INGRESS) ||
	       attribute_by_netns(skb, who);
}

/* A packet whose source was translated no longer shows the pod's endpoint. On success packet is turned into what the
 * pod sees: its own endpoint, and the remote as it addressed it. */
static __noinline bool attribute_by_conntrack(const struct sk_buff *skb, struct packet *packet, struct attributed *who)
{
	bool reply = is_reply(skb);
	struct packet original;

	if (!original_of_conntrack(conntrack_of(skb), packet->ip_version, &original))
		return false;
	if (!attribute_by_side(&original, who, DIRECTION_EGRESS))
		return false;
	who->by = ATTRIBUTED_BY_CONNTRACK;
	who->direction = reply ? DIRECTION_INGRESS : DIRECTION_EGRESS;
	packet->source = reply ? original.destination : original.source;
	packet->destination = reply ? original.source : original.destination;
	packet->source_port = reply ? original.destination_port : original.source_port;
	packet->destination_port = reply ? original.source_port : original.destination_port;
	return true;
}

/* A packet that the node has wrapped (VXLAN, Geneve, IP in IP: skb->encapsulation): the kernel keeps where the inner
 * headers are. On success packet is the inner one. */
static __noinline bool attribute_by_inner_headers(const struct sk_buff *skb, struct packet *packet,
						  struct attributed *who)
{
	const struct packet_reader reader = KERNEL_READER;
	struct kernel_packet inner = {.skb = skb};
	struct packet wrapped;
	__u8 first_byte;

	inner.header = skb->inner_network_header;
	if (!inner.header || read_kernel(&inner, 0, &first_byte, sizeof(first_byte)) ||
	    !parse_addresses(&reader, &inner, first_byte >> 4, &wrapped))
		return false;
	parse_ports(&reader, &inner, &wrapped);
	wrapped.header = inner.header;
	if (!attribute_by_side(&wrapped, who, DIRECTION_EGRESS) && !attribute_by_side(&wrapped, who, DIRECTION_INGRESS))
		return false;
	who->by = ATTRIBUTED_BY_INNER_HEADERS;
	*packet = wrapped;
	return true;
}

#endif
