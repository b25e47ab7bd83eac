/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Whose packet is this? Five steps, the first that answers wins: the socket, the receiving socket, the local endpoint
 * table, conntrack's original tuple, the inner headers of an encapsulated packet. In FORWARD the socket is gone
 * (ip_rcv_core orphans the skb), so the later steps are needed.
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
#include "bpf/kernel_differences.h"
#include "bpf/maps.h"
#include "bpf/packet.h"
#include "bpf/socket.h"

#define NFCT_INFO_MASK	 7UL	    /* include/linux/skbuff.h: the low bits of _nfct are enum ip_conntrack_info */
#define IP_CT_IS_REPLY	 3	    /* from this value on: uapi/linux/netfilter/nf_conntrack_common.h */
#define IPS_SRC_NAT	 (1UL << 4) /* ibid., enum ip_conntrack_status */
#define CONNTRACK_ORIGIN 0	    /* IP_CT_DIR_ORIGINAL */

struct attributed {
	__u64 cgroup_id;
	__u8 by;	/* enum attribution */
	__u8 direction; /* enum packet_direction */
};

/* The packet that starts at an IP header of an skb. */
struct kernel_packet {
	const struct sk_buff *skb;
	__u16 header; /* from skb->head */
};

static __always_inline long read_kernel(const void *source, __u32 offset, void *to, __u32 size)
{
	const struct kernel_packet *at = source;

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

/* The cgroup's id if it is the target or below it, else 0. */
static __always_inline __u64 id_in_target(__u64 cgroup)
{
	__u32 level;

	if (!cgroup)
		return 0;
	level = BPF_CORE_READ((const struct cgroup *)cgroup, level);
	if (level < config.target_level || cgroup_ancestor_id(cgroup, config.target_level) != config.target_cgroup_id)
		return 0;
	return BPF_CORE_READ((const struct cgroup *)cgroup, kn, id);
}

/* Only full sockets have a cgroup. A request socket stands for its listener; a TIME_WAIT socket for nobody. */
static __always_inline __u64 cgroup_of_socket(const struct sock *sk, __u8 state)
{
	if (state == TCP_TIME_WAIT)
		return 0;
	if (state == TCP_NEW_SYN_RECV)
		sk = BPF_CORE_READ(sk, __sk_common.skc_listener);
	return socket_cgroup(sk);
}

/* include/uapi/linux/nsfs.h and include/linux/proc_ns.h: inode numbers of namespaces lie from here on. */
#define LOWEST_NAMESPACE_INODE 0xefffff00U

/* While a TCP queue holds an skb, its dev shares the memory with a tree node: a device is one only if its network
 * namespace says so. */
static __always_inline __u32 netns_of_device(const struct net_device *dev)
{
	__u32 inode = 0;

	if (dev)
		inode = BPF_CORE_READ(dev, nd_net.net, ns.inum);
	return inode >= LOWEST_NAMESPACE_INODE ? inode : 0;
}

static __always_inline bool may_be_local(const struct ip_address_bytes *address)
{
	return local_addresses[local_address_slot(address)];
}

/* With numbers alone, as global functions take them on every kernel: verified once, not once a path that leads here.
 * which: port, IP version and protocol; device: of the packet, 0 if there is none. */
__noinline __u64 find_endpoint(__u64 address_begin, __u64 address_end, __u32 which, __u64 device)
{
	struct endpoint_key key = {
		.address.words = {address_begin, address_end},
		.port = which >> 16,
		.ip_version = which >> 8,
		.protocol = which,
	};
	__u64 *cgroup_id;

	if (is_local_scope(&key.address, key.ip_version))
		key.netns = netns_of_device((const struct net_device *)device);
	cgroup_id = bpf_map_lookup_elem(&local_endpoints, &key);
	return cgroup_id ? *cgroup_id : 0;
}

static __always_inline __u64 lookup_endpoint(const struct sk_buff *skb, const struct ip_address_bytes *address,
					     __u16 port, const struct packet *packet)
{
	__u32 which = (__u32)port << 16 | packet->ip_version << 8 | packet->protocol;

	if (!may_be_local(address))
		return 0;
	return find_endpoint(address->words[0], address->words[1], which, (__u64)BPF_CORE_READ(skb, dev));
}

/* A socket is attached to packets that it sends, to those that wait in its receive queue and, by early demultiplexing,
 * to some on their way there. Its address tells which of them; where it has none or talks to itself, its port does; a
 * closed one has lost its port, then the endpoint table knows. */
static __always_inline __u8 direction_by_socket(const struct sk_buff *skb, const struct sock *sk, __u16 port,
						const struct packet *packet)
{
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
	if (port && packet->source_port != packet->destination_port)
		return packet->destination_port == port ? DIRECTION_INGRESS : DIRECTION_EGRESS;
	return lookup_endpoint(skb, &packet->source, packet->source_port, packet)	      ? DIRECTION_EGRESS
	       : lookup_endpoint(skb, &packet->destination, packet->destination_port, packet) ? DIRECTION_INGRESS
											      : DIRECTION_EGRESS;
}

static __always_inline bool attribute_by_endpoint(const struct sk_buff *skb, const struct packet *packet,
						  struct attributed *who)
{
	who->cgroup_id = lookup_endpoint(skb, &packet->source, packet->source_port, packet);
	who->direction = DIRECTION_EGRESS;
	if (!who->cgroup_id) {
		who->cgroup_id = lookup_endpoint(skb, &packet->destination, packet->destination_port, packet);
		who->direction = DIRECTION_INGRESS;
	}
	who->by = ATTRIBUTED_BY_LOCAL_ENDPOINT;
	return who->cgroup_id != 0;
}

/* The original direction of a packet's connection: what the one who opened it sent, before any translation. */
static __always_inline bool original_of_conntrack(const struct nf_conn *connection, __u8 ip_version,
						  struct packet *original)
{
	__be16 port;

	__builtin_memset(original, 0, sizeof(*original));
	if (ip_version == 4) {
		bpf_core_read(original->source.bytes, 4, &connection->tuplehash[CONNTRACK_ORIGIN].tuple.src.u3);
		bpf_core_read(original->destination.bytes, 4, &connection->tuplehash[CONNTRACK_ORIGIN].tuple.dst.u3);
	} else {
		bpf_core_read(original->source.bytes, 16, &connection->tuplehash[CONNTRACK_ORIGIN].tuple.src.u3);
		bpf_core_read(original->destination.bytes, 16, &connection->tuplehash[CONNTRACK_ORIGIN].tuple.dst.u3);
	}
	original->ip_version = ip_version;
	original->protocol = BPF_CORE_READ(connection, tuplehash[CONNTRACK_ORIGIN].tuple.dst.protonum);
	if (has_ports(original->protocol)) {
		port = BPF_CORE_READ(connection, tuplehash[CONNTRACK_ORIGIN].tuple.src.u.all);
		original->source_port = bpf_ntohs(port);
		port = BPF_CORE_READ(connection, tuplehash[CONNTRACK_ORIGIN].tuple.dst.u.all);
		original->destination_port = bpf_ntohs(port);
	}
	return original->protocol != 0;
}

static __always_inline const struct nf_conn *conntrack_of(const struct sk_buff *skb)
{
	return config.use_conntrack ? (const struct nf_conn *)(skb->_nfct & ~NFCT_INFO_MASK) : NULL;
}

static __always_inline bool is_source_translated(const struct sk_buff *skb)
{
	const struct nf_conn *connection = conntrack_of(skb);

	return connection && (BPF_CORE_READ(connection, status) & IPS_SRC_NAT);
}

/* A packet whose source was translated no longer shows the pod's endpoint. On success packet is turned into what the
 * pod sees: its own endpoint, and the remote as it addressed it. */
static __noinline bool attribute_by_conntrack(const struct sk_buff *skb, struct packet *packet, struct attributed *who)
{
	bool reply = (skb->_nfct & NFCT_INFO_MASK) >= IP_CT_IS_REPLY;
	struct packet original;

	if (!original_of_conntrack(conntrack_of(skb), packet->ip_version, &original))
		return false;
	who->cgroup_id = lookup_endpoint(skb, &original.source, original.source_port, &original);
	if (!who->cgroup_id)
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
	if (!attribute_by_endpoint(skb, &wrapped, who))
		return false;
	who->by = ATTRIBUTED_BY_INNER_HEADERS;
	*packet = wrapped;
	return true;
}

#endif
