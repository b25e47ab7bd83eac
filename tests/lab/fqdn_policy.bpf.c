// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
// The lab's egress policy as a tc program, the way Cilium and its kin drop on veth devices: answers to allowed names
// credit their address, packets to addresses without a live credit are dropped. Part of the lab, not of the tracer.
// It reads just as much DNS as the lab's zone needs: over TCP one answer a segment, no EDNS, the address last.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define DNS_PORT	53
#define DNS_HEADER_SIZE 12
#define DNS_TYPE_A	1
#define DNS_TYPE_AAAA	28
#define NAME_SIZE	32
#define NSEC_PER_SEC	1000000000ull

struct wire_name {
	__u32 size;
	union {
		__u8 bytes[NAME_SIZE];
		__u64 words[NAME_SIZE / 8];
	};
};

/* The terminating zero of the literal is the root label. */
#define WIRE_NAME(literal)                                                                                             \
	{                                                                                                              \
		sizeof(literal),                                                                                       \
		{                                                                                                      \
			literal                                                                                        \
		}                                                                                                      \
	}

/* The names of plan.sh, as they stand in a question. */
static const struct wire_name allowed_names[] = {
	WIRE_NAME("\5login\17microsoftonline\3com"),
	WIRE_NAME("\6direct\3lab\4test"),
	WIRE_NAME("\5brief\3lab\4test"),
	WIRE_NAME("\6target\3lab\4test"),
	WIRE_NAME("\10autopath\3lab\4test"),
};

/* Address (IPv4 mapped into IPv6) -> boot time in ns until which pods may go there. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct in6_addr);
	__type(value, __u64);
} credits SEC(".maps");

struct packet {
	struct in6_addr destination;
	__u32 message; /* offset of a DNS message, if this is one */
	__u16 source_port, destination_port;
	__u8 protocol;
	__u8 established; /* TCP, and not an opening SYN */
};

struct dns_header {
	__be16 id;
	__u8 flags, rcode;
	__be16 questions, answers, authorities, additionals;
};

/* The fixed part of a record, behind its owner's name. */
struct record_head {
	__be16 type, class;
	__be32 ttl;
	__be16 size;
} __attribute__((packed));

static void map_ipv4(struct in6_addr *address, __be32 ipv4)
{
	__builtin_memset(address, 0, sizeof(*address));
	address->s6_addr32[2] = bpf_htonl(0xffff);
	address->s6_addr32[3] = ipv4;
}

/* Fills destination and protocol; the offset behind the IP header, or 0 for what is no IP packet that can be read. */
static __u32 read_ip(struct __sk_buff *skb, struct packet *packet)
{
	struct ipv6hdr ip6;
	struct iphdr ip4;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip4, sizeof(ip4)))
			return 0;
		map_ipv4(&packet->destination, ip4.daddr);
		packet->protocol = ip4.protocol;
		return ETH_HLEN + ip4.ihl * 4;
	}
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip6, sizeof(ip6)))
			return 0;
		packet->destination = ip6.daddr;
		packet->protocol = ip6.nexthdr;
		return ETH_HLEN + sizeof(ip6);
	}
	return 0;
}

/* False for what the policy has no opinion on: ARP, neighbour discovery, extension headers. */
static int read_packet(struct __sk_buff *skb, struct packet *packet)
{
	__u32 transport = read_ip(skb, packet);
	struct tcphdr tcp;
	struct udphdr udp;

	if (!transport)
		return 0;
	switch (packet->protocol) {
	case IPPROTO_TCP:
		if (bpf_skb_load_bytes(skb, transport, &tcp, sizeof(tcp)))
			return 0;
		packet->source_port = bpf_ntohs(tcp.source);
		packet->destination_port = bpf_ntohs(tcp.dest);
		packet->established = !tcp.syn || tcp.ack;
		packet->message = transport + tcp.doff * 4 + sizeof(__be16); /* behind the message's length */
		return 1;
	case IPPROTO_UDP:
		if (bpf_skb_load_bytes(skb, transport, &udp, sizeof(udp)))
			return 0;
		packet->source_port = bpf_ntohs(udp.source);
		packet->destination_port = bpf_ntohs(udp.dest);
		packet->message = transport + sizeof(udp);
		return 1;
	case IPPROTO_ICMP:
		return 1;
	default:
		return 0;
	}
}

/* By words: a memcmp of this size would be a call, which BPF has not. */
static int same_bytes(const struct wire_name *a, const struct wire_name *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
	       a->words[3] == b->words[3];
}

static int asks_allowed_name(struct __sk_buff *skb, __u32 question)
{
	__u32 i;

	for (i = 0; i < sizeof(allowed_names) / sizeof(allowed_names[0]); i++) {
		__u32 size = allowed_names[i].size;
		struct wire_name asked = {};

		if (size == 0 || size > NAME_SIZE || bpf_skb_load_bytes(skb, question, asked.bytes, size))
			continue;
		if (same_bytes(&asked, &allowed_names[i]))
			return 1;
	}
	return 0;
}

static void credit(const struct in6_addr *address, const struct record_head *head)
{
	__u64 until = bpf_ktime_get_ns() + bpf_ntohl(head->ttl) * NSEC_PER_SEC;

	bpf_map_update_elem(&credits, address, &until, BPF_ANY);
}

/* Egress of a pod's link, that is to the pod: the credit is there before the pod has the answer. */
SEC("tc")
int credit_answer(struct __sk_buff *skb)
{
	struct packet packet = {};
	struct dns_header dns;
	struct in6_addr address;
	struct record_head head;
	__be32 ipv4;

	if (!read_packet(skb, &packet) || packet.source_port != DNS_PORT)
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, packet.message, &dns, sizeof(dns)) || (dns.rcode & 0xf) || !dns.answers)
		return TC_ACT_OK;
	if (!asks_allowed_name(skb, packet.message + DNS_HEADER_SIZE))
		return TC_ACT_OK;

	if (!bpf_skb_load_bytes(skb, skb->len - sizeof(ipv4) - sizeof(head), &head, sizeof(head)) &&
	    head.type == bpf_htons(DNS_TYPE_A) && head.size == bpf_htons(sizeof(ipv4)) &&
	    !bpf_skb_load_bytes(skb, skb->len - sizeof(ipv4), &ipv4, sizeof(ipv4))) {
		map_ipv4(&address, ipv4);
		credit(&address, &head);
	} else if (!bpf_skb_load_bytes(skb, skb->len - sizeof(address) - sizeof(head), &head, sizeof(head)) &&
		   head.type == bpf_htons(DNS_TYPE_AAAA) && head.size == bpf_htons(sizeof(address)) &&
		   !bpf_skb_load_bytes(skb, skb->len - sizeof(address), &address, sizeof(address))) {
		credit(&address, &head);
	}
	return TC_ACT_OK;
}

/* Ingress of a pod's link, that is from the pod, or egress of the uplink. */
SEC("tc")
int judge_packet(struct __sk_buff *skb)
{
	struct packet packet = {};
	__u64 *until;

	if (!read_packet(skb, &packet) || packet.established || packet.destination_port == DNS_PORT)
		return TC_ACT_OK;
	until = bpf_map_lookup_elem(&credits, &packet.destination);
	return until && bpf_ktime_get_ns() < *until ? TC_ACT_OK : TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "GPL";
