// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/*
 * The pod's packets at its cgroup: notes the local endpoint of each that leaves, and copies DNS messages, the pod's
 * questions going out and the answers coming in. Always lets the packet pass.
 */
#include "vmlinux.h"
#include "bpf/maps.h"
#include "bpf/packet.h"

#define PASS 1

/* Direct packet access where the bytes are in the linear part (nearly always), a helper call where not. */
static __always_inline long read_skb(const void *source, __u32 offset, void *to, __u32 size)
{
	struct __sk_buff *skb = (struct __sk_buff *)source;
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;

	if (offset <= 512 && data + offset + size <= data_end) {
		__builtin_memcpy(to, data + offset, size);
		return 0;
	}
	return bpf_skb_load_bytes(skb, offset, to, size);
}

static __always_inline long load_skb(const void *source, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes(source, offset, to, size);
}

__noinline __u64 walk_extensions_of_skb(struct __sk_buff *skb, __u32 next)
{
	const struct packet_reader reader = {.read = load_skb};

	return walk_extensions(&reader, skb, next);
}

static __always_inline __u64 walk_skb(const void *source, __u32 next)
{
	return walk_extensions_of_skb((struct __sk_buff *)source, next);
}

static __always_inline bool is_dns_port(__u16 port)
{
	for (int i = 0; i < MAX_DNS_PORTS; i++)
		if (port == config.dns_ports[i])
			return true;
	return false;
}

/* The inode number of the socket's network namespace. The context gives a bpf_sock, behind which is the kernel's sock:
 * its first bytes hold skc_net, at the place that CO-RE knows. */
static __always_inline __u32 socket_netns(struct __sk_buff *skb)
{
	__u8 start_of_sock[256];
	__u32 offset = bpf_core_field_offset(struct sock, __sk_common.skc_net.net);
	const void *sk = (const void *)skb->sk;
	const struct net *net;

	if (!sk || offset > sizeof(start_of_sock) - sizeof(net) ||
	    bpf_probe_read_kernel(start_of_sock, sizeof(start_of_sock), sk))
		return 0;
	net = *(const struct net **)(start_of_sock + offset);
	return BPF_CORE_READ(net, ns.inum);
}

/* Who opened the connection of the first packet that an endpoint sends. A port that listens answers with SYN and ACK,
 * one that asks sends a SYN; a datagram socket that has a peer has chosen it. */
static __always_inline __u8 opener_of_first(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock *sk = (struct bpf_sock *)skb->sk;
	__u8 flags = 0;

	if (packet->later_fragment)
		return OPENED_BY_UNKNOWN;
	if (packet->protocol == PROTOCOL_TCP) {
		read_skb(skb, packet->transport_offset + 13, &flags, sizeof(flags));
		return opener_of_tcp(flags, true);
	}
	if (!sk || packet->protocol != PROTOCOL_UDP)
		return OPENED_BY_UNKNOWN;
	sk = bpf_sk_fullsock(sk);
	return sk && sk->dst_port ? OPENED_BY_POD : OPENED_BY_UNKNOWN;
}

/* Who sent from an endpoint last has it: a port is used again, and an address goes to another pod. */
static __always_inline void note_endpoint(struct __sk_buff *skb, const struct packet *packet)
{
	struct endpoint_key key = {
		.address = packet->source,
		.port = packet->source_port,
		.ip_version = packet->ip_version,
		.protocol = packet->protocol,
	};
	struct endpoint now = {.cgroup_id = bpf_skb_cgroup_id(skb)};
	const struct endpoint *known;

	if (is_local_scope(&key.address, key.ip_version))
		key.netns = socket_netns(skb);
	known = bpf_map_lookup_elem(&local_endpoints, &key);
	if (known && known->cgroup_id == now.cgroup_id)
		return;
	if (!known)
		COUNT(local_endpoints_added);
	now.netns = socket_netns(skb);
	now.opened_by = opener_of_first(skb, packet);
	local_addresses[LOCAL_ADDRESS_SLOT(&key.address)] = 1;
	bpf_map_update_elem(&local_endpoints, &key, &now, BPF_ANY);
}

struct dns_payload {
	__u32 offset;	 /* from the IP header */
	__u32 size;	 /* on the wire */
	__u32 available; /* in this packet: less than size in a first fragment */
	__u32 tcp_sequence;
	__u8 tcp_syn;
};

static __always_inline bool find_tcp_payload(struct __sk_buff *skb, __u32 transport, struct dns_payload *payload)
{
	struct {
		__be16 ports[2];
		__be32 sequence;
		__be32 acknowledgement;
		__u8 data_offset;
		__u8 flags;
		__be16 window;
	} tcp;

	if (read_skb(skb, transport, &tcp, sizeof(tcp)))
		return false;
	payload->offset = transport + (tcp.data_offset >> 4) * 4;
	payload->tcp_sequence = bpf_ntohl(tcp.sequence);
	payload->tcp_syn = (tcp.flags & TCP_FLAG_SYN) != 0;
	if (skb->len < payload->offset)
		return false;
	payload->available = skb->len - payload->offset;
	payload->size = payload->available;
	return true;
}

static __always_inline bool find_udp_payload(struct __sk_buff *skb, __u32 transport, struct dns_payload *payload)
{
	struct {
		__be16 ports[2];
		__be16 length;
		__be16 checksum;
	} udp;

	if (read_skb(skb, transport, &udp, sizeof(udp)) || bpf_ntohs(udp.length) < sizeof(udp))
		return false;
	payload->offset = transport + sizeof(udp);
	if (skb->len < payload->offset)
		return false;
	payload->size = bpf_ntohs(udp.length) - sizeof(udp);
	payload->available = skb->len - payload->offset;
	if (payload->available > payload->size)
		payload->available = payload->size;
	return true;
}

/* room is a constant power of two: the verifier wants to know the size that is reserved. */
static __always_inline void record_dns(struct __sk_buff *skb, const struct packet *packet,
				       const struct dns_payload *payload, __u8 direction, __u32 room)
{
	__u64 waiting = bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA);
	struct dns_record *record = bpf_ringbuf_reserve(&records, sizeof(*record) + room, 0);
	bool egress = direction == DIRECTION_EGRESS;
	__u32 captured = payload->available;

	if (!record) {
		COUNT(dns_refused);
		return;
	}
	if (captured > room)
		captured = room;
	__builtin_memset(record, 0, sizeof(*record));
	record->header.type = RECORD_DNS;
	record->header.boot_ns = bpf_ktime_get_boot_ns();
	record->header.cgroup_id = bpf_skb_cgroup_id(skb);
	record->local = egress ? packet->source : packet->destination;
	record->remote = egress ? packet->destination : packet->source;
	record->local_port = egress ? packet->source_port : packet->destination_port;
	record->remote_port = egress ? packet->destination_port : packet->source_port;
	record->ip_version = packet->ip_version;
	record->protocol = packet->protocol;
	record->direction = direction;
	record->tcp_syn = payload->tcp_syn;
	record->tcp_sequence = payload->tcp_sequence;
	record->payload_size = payload->size;
	record->captured_size = captured;
	/* For captured in 1..room the size is captured itself, in a form whose bounds every verifier sees; the barrier
	 * keeps the compiler from seeing through it. */
	barrier_var(captured);
	if (captured && bpf_skb_load_bytes(skb, payload->offset, record + 1, ((captured - 1) & (room - 1)) + 1)) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		COUNT(dns_unreadable);
		return;
	}
	COUNT(dns_recorded);
	if (payload->size > captured)
		COUNT(dns_cut);
	submit(record, sizeof(*record) + room, waiting);
}

static __always_inline void capture_dns(struct __sk_buff *skb, const struct packet *packet, __u8 direction)
{
	struct dns_payload payload = {};
	bool found;

	if (packet->protocol != PROTOCOL_UDP && packet->protocol != PROTOCOL_TCP)
		return;
	if (packet->later_fragment ||
	    !is_dns_port(direction == DIRECTION_EGRESS ? packet->destination_port : packet->source_port))
		return;
	if (packet->protocol == PROTOCOL_TCP)
		found = find_tcp_payload(skb, packet->transport_offset, &payload);
	else
		found = find_udp_payload(skb, packet->transport_offset, &payload);
	if (!found) {
		COUNT(dns_unreadable);
		return;
	}
	if (payload.size == 0 && packet->protocol == PROTOCOL_TCP && !payload.tcp_syn)
		return; /* a bare acknowledgement */
	if (payload.available <= DNS_PAYLOAD_SMALL)
		record_dns(skb, packet, &payload, direction, DNS_PAYLOAD_SMALL);
	else if (payload.available <= DNS_PAYLOAD_MEDIUM)
		record_dns(skb, packet, &payload, direction, DNS_PAYLOAD_MEDIUM);
	else
		record_dns(skb, packet, &payload, direction, DNS_PAYLOAD_LARGE);
}

static __always_inline bool parse_skb(struct __sk_buff *skb, struct packet *packet)
{
	const struct packet_reader reader = {.read = read_skb, .walk_extensions = walk_skb};
	__u8 ip_version;

	if (skb->protocol == bpf_htons(ETHERTYPE_IP))
		ip_version = 4;
	else if (skb->protocol == bpf_htons(ETHERTYPE_IPV6))
		ip_version = 6;
	else
		return false;
	if (!parse_addresses(&reader, skb, ip_version, packet))
		return false;
	parse_ports(&reader, skb, packet);
	return true;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	struct packet packet;

	if (parse_skb(skb, &packet)) {
		note_endpoint(skb, &packet);
		capture_dns(skb, &packet, DIRECTION_EGRESS);
	}
	return PASS;
}

SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *skb)
{
	struct packet packet;

	if (parse_skb(skb, &packet))
		capture_dns(skb, &packet, DIRECTION_INGRESS);
	return PASS;
}
