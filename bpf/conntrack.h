/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What connection tracking knows of a packet: the original tuple, before any translation, and which way of it this is.
 */
#ifndef CNAMEDROP_CONNTRACK_H
#define CNAMEDROP_CONNTRACK_H

#include "vmlinux.h"
#include "bpf/maps.h"
#include "bpf/packet.h"

#define NFCT_INFO_MASK	 7UL	    /* include/linux/skbuff.h: the low bits of _nfct are enum ip_conntrack_info */
#define IP_CT_IS_REPLY	 3	    /* from this value on: uapi/linux/netfilter/nf_conntrack_common.h */
#define IPS_SRC_NAT	 (1UL << 4) /* ibid., enum ip_conntrack_status */
#define CONNTRACK_ORIGIN 0	    /* IP_CT_DIR_ORIGINAL */

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

static __always_inline bool is_reply(const struct sk_buff *skb)
{
	return (skb->_nfct & NFCT_INFO_MASK) >= IP_CT_IS_REPLY;
}

#endif
