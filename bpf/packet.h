/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Reads the IP and transport headers of a packet, by whatever means the hook has: probe reads at a drop, direct packet
 * access in a cgroup_skb program. Not for payloads.
 */
#ifndef CNAMEDROP_PACKET_H
#define CNAMEDROP_PACKET_H

#include "vmlinux.h"
#include "bpf/record.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETHERTYPE_IP   0x0800
#define ETHERTYPE_IPV6 0x86dd

#define PROTOCOL_TCP	 6
#define PROTOCOL_UDP	 17
#define PROTOCOL_UDPLITE 136
#define PROTOCOL_SCTP	 132
#define IPV6_HOP_BY_HOP	 0
#define IPV6_ROUTING	 43
#define IPV6_FRAGMENT	 44
#define IPV6_AUTH	 51
#define IPV6_DESTINATION 60
#define IPV6_MAX_HEADERS                                                                                               \
	6 /* extension headers that are walked; RFC 8200 section 4.1 lists no more in a sane packet                    \
	   */
#define IP_FRAGMENT_OFFSET   0x1fff
#define IPV6_FRAGMENT_OFFSET 0xfff8

#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_ACK 0x10

struct packet {
	struct ip_address_bytes source;
	struct ip_address_bytes destination;
	__u32 transport_offset; /* from the IP header */
	__u16 header;		/* the IP header's place in a kernel's skb, from skb->head */
	__u16 source_port;	/* 0 for protocols without ports and in later fragments */
	__u16 destination_port;
	__u8 ip_version;
	__u8 protocol;
	__u8 later_fragment;   /* there is no transport header */
	__u8 may_be_of_target; /* one of the addresses may be; only of a dropped packet */
	__u8 padding[6];
};

/* How a hook reads a packet. Both functions are inlined or global, so the pointers cost nothing. */
struct packet_reader {
	/* Reads size bytes (a constant) at offset from the IP header; 0 on success. */
	long (*read)(const void *source, __u32 offset, void *to, __u32 size);
	/* walk_extensions() as a global function of the program: verified once, not once a path that leads to it. */
	__u64 (*walk_extensions)(const void *source, __u32 next);
};

static __always_inline bool same_address(const struct ip_address_bytes *a, const struct ip_address_bytes *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}

static __always_inline bool has_ports(__u8 protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP ||
	       protocol == PROTOCOL_UDPLITE;
}

static __always_inline bool is_extension(__u32 next)
{
	return next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION || next == IPV6_FRAGMENT ||
	       next == IPV6_AUTH;
}

/* What walk_extensions returns in one word; 0 if the headers could not be read. */
#define WALKED(offset, protocol, later_fragment) ((__u64)(offset) << 32 | (later_fragment) << 8 | (protocol))
#define WALKED_OFFSET(walked)			 ((__u32)((walked) >> 32))
#define WALKED_LATER_FRAGMENT(walked)		 ((__u8)((walked) >> 8))
#define WALKED_PROTOCOL(walked)			 ((__u8)(walked))

/* Walks the extension headers behind the IPv6 header to the transport header. */
static __always_inline __u64 walk_extensions(const struct packet_reader *reader, const void *source, __u32 next)
{
	__u32 offset = sizeof(struct ipv6hdr);
	struct {
		__u8 next;
		__u8 length;
		__be16 fragment;
	} extension;

	for (int i = 0; i < IPV6_MAX_HEADERS && is_extension(next); i++) {
		if (reader->read(source, offset, &extension, sizeof(extension)))
			return 0;
		if (next == IPV6_FRAGMENT) {
			offset += 8;
			if (bpf_ntohs(extension.fragment) & IPV6_FRAGMENT_OFFSET)
				return WALKED(offset, extension.next, 1);
		} else if (next == IPV6_AUTH) {
			offset += (extension.length + 2) * 4; /* RFC 4302 section 2.2 counts words, less two */
		} else {
			offset += (extension.length + 1) * 8;
		}
		next = extension.next;
	}
	return WALKED(offset, next, 0);
}

static __always_inline bool parse_ipv4(const struct packet_reader *reader, const void *source, struct packet *packet)
{
	struct iphdr ip;

	if (reader->read(source, 0, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return false;
	__builtin_memcpy(packet->source.bytes, &ip.saddr, sizeof(ip.saddr));
	__builtin_memcpy(packet->destination.bytes, &ip.daddr, sizeof(ip.daddr));
	packet->later_fragment = (bpf_ntohs(ip.frag_off) & IP_FRAGMENT_OFFSET) != 0;
	packet->ip_version = 4;
	packet->protocol = ip.protocol;
	packet->transport_offset = ip.ihl * 4;
	return true;
}

static __always_inline bool parse_ipv6(const struct packet_reader *reader, const void *source, struct packet *packet)
{
	struct ipv6hdr ip;
	__u64 walked;

	if (reader->read(source, 0, &ip, sizeof(ip)) || ip.version != 6)
		return false;
	__builtin_memcpy(packet->source.bytes, ip.saddr, sizeof(ip.saddr));
	__builtin_memcpy(packet->destination.bytes, ip.daddr, sizeof(ip.daddr));
	packet->ip_version = 6;
	packet->protocol = ip.nexthdr;
	packet->transport_offset = sizeof(ip);
	if (!is_extension(ip.nexthdr))
		return true;
	walked = reader->walk_extensions(source, ip.nexthdr);
	packet->later_fragment = WALKED_LATER_FRAGMENT(walked);
	packet->protocol = WALKED_PROTOCOL(walked);
	packet->transport_offset = WALKED_OFFSET(walked);
	return walked != 0;
}

/* Fills a packet from the IP header on, but for its ports; false if there is none that can be read. */
static __always_inline bool parse_addresses(const struct packet_reader *reader, const void *source, __u8 ip_version,
					    struct packet *packet)
{
	__builtin_memset(packet, 0, sizeof(*packet));
	if (ip_version == 4)
		return parse_ipv4(reader, source, packet);
	return parse_ipv6(reader, source, packet);
}

static __always_inline void parse_ports(const struct packet_reader *reader, const void *source, struct packet *packet)
{
	__be16 ports[2];

	if (packet->later_fragment || !has_ports(packet->protocol) ||
	    reader->read(source, packet->transport_offset, ports, sizeof(ports)))
		return;
	packet->source_port = bpf_ntohs(ports[0]);
	packet->destination_port = bpf_ntohs(ports[1]);
}

/* A SYN is of the one who opens the connection, a SYN with ACK of the other one. */
static __always_inline __u8 opener_of_tcp(__u8 flags, bool sent_by_pod)
{
	bool by_sender = !(flags & TCP_FLAG_ACK);

	if (!(flags & TCP_FLAG_SYN))
		return OPENED_BY_UNKNOWN;
	return by_sender == sent_by_pod ? OPENED_BY_POD : OPENED_BY_REMOTE;
}

/* Multicast, broadcast and no address at all (224.0.0.0/3, 0.0.0.0, ff00::/8, ::): nobody's own, in use everywhere. */
static __always_inline bool is_everybodys(const struct ip_address_bytes *address, __u8 ip_version)
{
	const __u8 *b = address->bytes;

	return (ip_version == 4 ? b[0] >= 224 : b[0] == 0xff) || (address->words[0] == 0 && address->words[1] == 0);
}

/* 127.0.0.0/8, 169.254.0.0/16, ::1, fe80::/10: the same in every network namespace. */
static __always_inline bool is_local_scope(const struct ip_address_bytes *address, __u8 ip_version)
{
	const __u8 *b = address->bytes;

	if (ip_version == 4)
		return b[0] == 127 || (b[0] == 169 && b[1] == 254);
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)
		return true;
	return address->words[0] == 0 && address->words[1] == bpf_cpu_to_be64(1);
}

#endif
