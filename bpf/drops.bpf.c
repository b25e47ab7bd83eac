// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/*
 * Every packet that the kernel frees as dropped: attributes it, counts it, and records it if it is the target's. One
 * program a shape of the tracepoint; userspace loads the one that the running kernel has.
 */
#include "vmlinux.h"
#include "bpf/attribution.h"
#include "bpf/conntrack.h"
#include "bpf/direction.h"
#include "bpf/kernel_packet.h"
#include "bpf/purge.h"
#include "bpf/record.h"
#include "bpf/maps.h"
#include "bpf/packet.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct tracer_config config = {};
__u8 local_addresses[LOCAL_ADDRESS_SLOTS];
struct purge_range purge_ranges[MAX_PURGE_RANGES];
__u8 always_zero;

struct drop {
	const struct sk_buff *skb;
	__u64 location;
	__u32 reason;
	__u32 packets; /* of a packet of the target only */
	bool reason_known;
};

static __always_inline __u8 ip_version_of(const struct sk_buff *skb)
{
	__be16 protocol = skb->protocol;

	if (protocol == bpf_htons(ETHERTYPE_IP))
		return 4;
	return protocol == bpf_htons(ETHERTYPE_IPV6) ? 6 : 0;
}

static __always_inline bool attribute(const struct sk_buff *skb, const struct seen_socket *holder,
				      const struct seen_socket *receiver, struct packet *packet, struct attributed *who)
{
	if (attribute_by_socket(holder, ATTRIBUTED_BY_SOCKET, who) ||
	    attribute_by_socket(receiver, ATTRIBUTED_BY_RX_SOCKET, who) ||
	    (packet->may_be_of_target && attribute_by_tables(skb, packet, who)) ||
	    (is_source_translated(skb) && attribute_by_conntrack(skb, packet, who)) ||
	    (BPF_CORE_READ_BITFIELD(skb, encapsulation) && attribute_by_inner_headers(skb, packet, who)))
		return true;
	if (who->untold == UNTOLD_AMBIGUOUS)
		COUNT(drops_ambiguous);
	if (who->untold == UNTOLD_SHARED)
		COUNT(drops_unattributed);
	return false;
}

static __always_inline void fill_key(struct drop_key *key, const struct drop *drop, const struct packet *packet,
				     const struct attributed *who)
{
	bool egress = who->direction == DIRECTION_EGRESS;

	__builtin_memset(key, 0, sizeof(*key));
	key->cgroup_id = who->cgroup_id;
	key->location = drop->location;
	key->local = egress ? packet->source : packet->destination;
	key->remote = egress ? packet->destination : packet->source;
	key->remote_port = egress ? packet->destination_port : packet->source_port;
	key->reason = drop->reason;
	key->ip_version = packet->ip_version;
	key->protocol = packet->protocol;
	key->direction = who->direction;
}

/* What the pod addressed before the node translated it: only then do the names that it learned fit the address. */
static __noinline void fill_original_remote(struct drop_record *record, const struct drop *drop)
{
	const struct nf_conn *connection = conntrack_of(drop->skb);
	struct packet original;

	if (!connection || !original_of_conntrack(connection, record->key.ip_version, &original))
		return;
	if (!same_address(&original.source, &record->key.local) || original.source_port != record->local_port)
		return;
	if (same_address(&original.destination, &record->key.remote) &&
	    original.destination_port == record->key.remote_port)
		return;
	record->original_remote = original.destination;
	record->original_remote_port = original.destination_port;
	record->has_original_remote = 1;
}

/* Bytes from the IP header on. The total length in the header is 0 in BIG TCP, and skb->data may stand before the
 * header (on the way out) or behind it (in a receive function). */
static __always_inline __u32 length_of(const struct sk_buff *skb, __u16 network_header)
{
	__u64 data = (__u64)skb->data - (__u64)skb->head;

	return skb->len + (__u32)data - network_header;
}

/* As the wire would have seen them: segmentation offload (GSO, GRO) has one skb for many. */
static __always_inline __u32 packets_of(const struct sk_buff *skb)
{
	const struct skb_shared_info *shared = (const void *)(skb->head + skb->end);
	__u16 segment_size = BPF_CORE_READ(shared, gso_size);
	__u16 segments;

	if (!segment_size)
		return 1;
	segments = BPF_CORE_READ(shared, gso_segs);
	if (segments)
		return segments;
	return (skb->len + segment_size - 1) / segment_size; /* from a device that did not count them */
}

/* The packet itself tells, else the first packet that its endpoint sent, else conntrack. */
static __noinline __u8 opener_of(const struct sk_buff *skb, const struct packet *packet, const struct attributed *who,
				 __u8 tcp_flags)
{
	bool sent = who->direction == DIRECTION_EGRESS;
	struct endpoint_key key = {
		.address = sent ? packet->source : packet->destination,
		.port = sent ? packet->source_port : packet->destination_port,
		.ip_version = packet->ip_version,
		.protocol = packet->protocol,
	};
	struct endpoint *endpoint;
	__u8 opener = OPENED_BY_UNKNOWN;

	if (packet->protocol == PROTOCOL_TCP)
		opener = opener_of_tcp(tcp_flags, sent);
	if (opener)
		return opener;
	if (is_local_scope(&key.address, key.ip_version))
		key.netns = who->netns;
	endpoint = bpf_map_lookup_elem(&local_endpoints, &key);
	if (endpoint && endpoint->opened_by && endpoint->cgroup_id == who->cgroup_id)
		return endpoint->opened_by;
	return opener_by_conntrack(skb, sent);
}

static __noinline void record_drop(const struct drop *drop, const struct drop_key *key, const struct packet *packet,
				   const struct attributed *who, __u64 now)
{
	__u64 waiting = bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA);
	const struct sk_buff *skb = drop->skb;
	const struct net_device *dev = skb->dev;
	const struct kernel_packet at = {.skb = drop->skb, .header = packet->header};
	struct drop_window opened = {.opened_ns = now};
	struct drop_record *record = NULL;
	struct drop_window *window;

	if (waiting < config.drop_watermark)
		record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);
	if (!record) {
		COUNT_DROP(refused, drop->packets);
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->header.type = RECORD_DROP;
	record->header.boot_ns = now;
	record->header.cgroup_id = key->cgroup_id;
	record->key = *key;
	record->local_port = who->direction == DIRECTION_EGRESS ? packet->source_port : packet->destination_port;
	record->attributed_by = who->by;
	record->reason_known = drop->reason_known;
	record->length = length_of(drop->skb, packet->header);
	record->packets = drop->packets;
	record->netns = netns_of((__u64)BPF_CORE_READ(skb, dev), 0, 0);
	if (record->netns) {
		record->interface_index = BPF_CORE_READ(dev, ifindex);
		bpf_probe_read_kernel(record->interface_name, sizeof(record->interface_name), dev->name);
	}
	if (packet->protocol == PROTOCOL_TCP && !packet->later_fragment)
		read_kernel(&at, packet->transport_offset + 13, &record->tcp_flags, sizeof(record->tcp_flags));
	record->opened_by = opener_of(drop->skb, packet, who, record->tcp_flags);
	fill_original_remote(record, drop);

	window = bpf_map_lookup_elem(&drop_windows, key);
	if (window)
		window->opened_ns = now;
	else if (bpf_map_update_elem(&drop_windows, key, &opened, BPF_NOEXIST) == -7 /* E2BIG */)
		COUNT(drop_windows_full);
	COUNT_DROP(recorded, drop->packets);
	submit(record, sizeof(*record), waiting);
}

/* Most packets are not the target's: no more is read of them than it takes to know that. */
static __always_inline bool parse_drop(const struct sk_buff *skb, const struct sock *rx_sk, struct packet *packet)
{
	const struct kernel_packet at = {.skb = skb, .header = skb->network_header};
	const struct packet_reader reader = KERNEL_READER;
	__u8 ip_version = ip_version_of(skb);

	if (!ip_version || !parse_addresses(&reader, &at, ip_version, packet))
		return false;
	packet->header = at.header;
	/* Pointers that need not lead to a socket: at worst the ports are read in vain. */
	packet->may_be_of_target =
		may_be_of_target(&packet->source, ip_version) || may_be_of_target(&packet->destination, ip_version);
	if (skb->sk || rx_sk || packet->may_be_of_target)
		parse_ports(&reader, &at, packet);
	return true;
}

static __always_inline int handle_drop(struct drop *drop, const struct sock *rx_sk)
{
	const struct sk_buff *skb = drop->skb;
	struct seen_socket holder, receiver;
	struct attributed who = {};
	struct drop_window *window;
	struct packet packet;
	struct drop_key key;
	__u64 now;

	if (!parse_drop(skb, rx_sk, &packet))
		return 0;
	read_socket(&holder, skb->sk);
	read_socket(&receiver, rx_sk);
	receiver.direction = DIRECTION_INGRESS;
	if (packet.may_be_of_target || skb->_nfct || BPF_CORE_READ_BITFIELD(skb, encapsulation))
		who.netns = netns_of_packet(skb, &holder, &receiver);
	if (holder.state)
		holder.direction = direction_by_socket(&holder, &packet, who.netns);
	FORGET(holder.direction);
	FORGET(packet.may_be_of_target);
	FORGET(packet.later_fragment);
	FORGET(packet.ip_version);
	FORGET(packet.source.words[1]);
	FORGET(packet.destination.words[1]);
	FORGET(packet.source_port);
	FORGET(packet.destination_port);
	FORGET(packet.protocol);
	FORGET(packet.transport_offset);
	FORGET(who.netns);
	if (!attribute(skb, &holder, &receiver, &packet, &who))
		return 0;
	FORGET(who.by);
	FORGET(who.direction);
	FORGET(who.cgroup_id);
	if (is_left_unread(&holder, &packet) || is_for_nobody(&receiver) ||
	    is_purge_place(drop->location, drop->reason, drop->reason_known)) {
		COUNT(drops_purged);
		return 0;
	}
	drop->packets = packets_of(skb);
	COUNT_DROP(seen, drop->packets);
	fill_key(&key, drop, &packet, &who);
	now = bpf_ktime_get_boot_ns();
	window = bpf_map_lookup_elem(&drop_windows, &key);
	if (window && now - window->opened_ns < config.coalesce_ns) {
		__sync_fetch_and_add(&window->packets, drop->packets);
		__sync_fetch_and_add(&window->skbs, 1);
		COUNT_DROP(coalesced, drop->packets);
		return 0;
	}
	record_drop(drop, &key, &packet, &who, now);
	return 0;
}

/* Since 6.11 (upstream ba8de796baf4) with the socket that was to receive the packet. */
SEC("tp_btf/kfree_skb")
int BPF_PROG(on_kfree_skb_with_rx_socket, struct sk_buff *skb, void *location, __u32 reason, struct sock *rx_sk)
{
	struct drop drop = {.skb = skb, .location = (__u64)location, .reason = reason, .reason_known = true};

	return is_no_drop(reason) ? 0 : handle_drop(&drop, rx_sk);
}

/* Since 5.17 (upstream c504e5c2f964) with a reason. */
SEC("tp_btf/kfree_skb")
int BPF_PROG(on_kfree_skb_with_reason, struct sk_buff *skb, void *location, __u32 reason)
{
	struct drop drop = {.skb = skb, .location = (__u64)location, .reason = reason, .reason_known = true};

	return is_no_drop(reason) ? 0 : handle_drop(&drop, NULL);
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(on_kfree_skb_with_location, struct sk_buff *skb, void *location)
{
	struct drop drop = {.skb = skb, .location = (__u64)location};

	return handle_drop(&drop, NULL);
}
