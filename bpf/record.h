/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The one header that both sides include: what crosses the ring buffer, the maps and the configuration.
 * Fixed-width types, explicit padding, no logic. Ports are in host byte order, addresses in network byte order.
 */
#ifndef CNAMEDROP_BPF_RECORD_H
#define CNAMEDROP_BPF_RECORD_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#ifdef __cplusplus
#define CNAMEDROP_SIZE(type, size) static_assert(sizeof(struct type) == (size), "layout of " #type)
#else
#define CNAMEDROP_SIZE(type, size) _Static_assert(sizeof(struct type) == (size), "layout of " #type)
#endif

enum record_type {
	RECORD_DROP = 1,
	RECORD_DNS = 2,
	RECORD_CGROUP = 3,
};

/* Which step of the attribution answered, in the order in which they are tried. */
enum attribution {
	ATTRIBUTED_BY_NONE = 0,
	ATTRIBUTED_BY_SOCKET = 1,
	ATTRIBUTED_BY_RX_SOCKET = 2,
	ATTRIBUTED_BY_LOCAL_ENDPOINT = 3,
	ATTRIBUTED_BY_CONNTRACK = 4,
	ATTRIBUTED_BY_INNER_HEADERS = 5,
	ATTRIBUTED_BY_NETNS = 6,
	ATTRIBUTED_BY_ADDRESS = 7,
};

/* Who opened a packet's connection. */
enum opener {
	OPENED_BY_UNKNOWN = 0,
	OPENED_BY_POD = 1,
	OPENED_BY_REMOTE = 2,
};

enum packet_direction {
	DIRECTION_EGRESS = 0,
	DIRECTION_INGRESS = 1,
};

/* reason_known of a drop: 0 on kernels before 5.17, which do not say why they free a packet. */
#define INTERFACE_NAME_SIZE 16 /* IFNAMSIZ */

struct ip_address_bytes {
	union {
		__u8 bytes[16]; /* IPv4 in the first four, the rest zero */
		__u64 words[2]; /* the same, to compare */
	};
};
CNAMEDROP_SIZE(ip_address_bytes, 16);

struct record_header {
	__u8 type; /* enum record_type */
	__u8 padding[7];
	__u64 boot_ns; /* CLOCK_BOOTTIME */
	__u64 cgroup_id;
};
CNAMEDROP_SIZE(record_header, 24);

/* Drops that agree in all of this and follow each other closely are counted as one record. */
struct drop_key {
	__u64 cgroup_id;
	__u64 location; /* kernel address of the caller of kfree_skb */
	struct ip_address_bytes local;
	struct ip_address_bytes remote;
	__u32 reason; /* enum skb_drop_reason, subsystem in the upper 16 bits; 0 where unknown */
	__u16 remote_port;
	__u8 ip_version; /* 4 or 6 */
	__u8 protocol;	 /* IP protocol or next header */
	__u8 direction;	 /* enum packet_direction */
	__u8 padding[7];
};
CNAMEDROP_SIZE(drop_key, 64);

/* State of one key: when its record was last opened, and what was counted without a record of its own, ever. Counters
 * only grow: userspace takes differences, so no count is lost between a read and an increment. */
struct drop_window {
	__u64 opened_ns;
	__u64 packets; /* as the wire would have seen them */
	__u64 skbs;    /* as the kernel held them */
};
CNAMEDROP_SIZE(drop_window, 24);

struct drop_record {
	struct record_header header;
	struct drop_key key;
	struct ip_address_bytes original_remote; /* conntrack's original tuple, where it differs from the packet's */
	__u16 original_remote_port;
	__u16 local_port;
	__u32 length;  /* bytes from the IP header on, of all packets in this skb */
	__u32 packets; /* that the wire would have seen of it */
	__u32 interface_index;
	__u32 netns; /* inode number of the device's network namespace */
	char interface_name[INTERFACE_NAME_SIZE];
	__u8 tcp_flags;
	__u8 attributed_by; /* enum attribution */
	__u8 has_original_remote;
	__u8 reason_known;
	__u8 opened_by; /* enum opener */
	__u8 padding[7];
};
CNAMEDROP_SIZE(drop_record, 152);

/* A cgroup below the target was made. path is that of the kernel, from the root of the hierarchy; a longer one is cut.
 */
#define CGROUP_PATH_SIZE 512

struct cgroup_record {
	struct record_header header;
	__u32 level;
	__u32 padding;
	char path[CGROUP_PATH_SIZE];
};
CNAMEDROP_SIZE(cgroup_record, 544);

/* A DNS message is copied into the smallest of these payload sizes that holds it; longer ones are cut. */
#define DNS_PAYLOAD_SMALL  256
#define DNS_PAYLOAD_MEDIUM 1024
#define DNS_PAYLOAD_LARGE  4096

struct dns_record {
	struct record_header header;
	struct ip_address_bytes local;
	struct ip_address_bytes remote;
	__u16 local_port;
	__u16 remote_port;
	__u8 ip_version;
	__u8 protocol;	/* IPPROTO_UDP or IPPROTO_TCP */
	__u8 direction; /* enum packet_direction */
	__u8 tcp_syn;
	__u32 tcp_sequence;
	__u32 payload_size;  /* of the transport payload on the wire */
	__u32 captured_size; /* bytes that follow this header; less than payload_size where cut */
	__u8 padding[4];
};
CNAMEDROP_SIZE(dns_record, 80);

/* Functions that free packets which nobody dropped (bpf/purge.h): a table of code ranges, sorted, unused ones last with
 * the highest address in both ends. */
#define MAX_PURGE_RANGES 64 /* a power of two */

enum purge_rule {
	PURGE_NEVER = 0,
	PURGE_ALWAYS = 1,
	PURGE_WITHOUT_REASON = 2, /* only what is freed for the reason NOT_SPECIFIED, or for none */
};

struct purge_range {
	__u64 begin;
	__u64 end;
	__u32 rule; /* enum purge_rule */
	__u32 padding;
};
CNAMEDROP_SIZE(purge_range, 24);

/* Where a local address and port last sent from. Loopback and link-local addresses are the same in every pod: only for
 * them netns holds the inode number of the network namespace, for all others it is 0. */
struct endpoint_key {
	struct ip_address_bytes address;
	__u32 netns;
	__u16 port;
	__u8 ip_version;
	__u8 protocol;
};
CNAMEDROP_SIZE(endpoint_key, 24);

/* The one who sent from there last. */
struct endpoint {
	__u64 cgroup_id;
	__u32 netns;
	__u8 opened_by; /* enum opener: of its first packet */
	__u8 padding[3];
};
CNAMEDROP_SIZE(endpoint, 16);

/* By inode number: a network namespace in which the target's processes live. A packet of the pod is seen in its own
 * namespace or in the transit, where the other end of its device is; 0: not known. */
struct pod_namespace {
	__u64 cgroup_id; /* the pod; 0: others live there too, or the target is a container: no step may name it */
	__u32 transit;
	__u32 padding;
};
CNAMEDROP_SIZE(pod_namespace, 16);

/* An address of a pod with a namespace of its own, in the namespace where its packets are seen from outside; 0 where
 * the transit is not known. */
struct address_key {
	struct ip_address_bytes address;
	__u32 netns;
	__u8 ip_version;
	__u8 padding[3];
};
CNAMEDROP_SIZE(address_key, 24);

struct address_owner {
	__u64 cgroup_id; /* as in pod_namespace */
	__u8 ambiguous;	 /* several own it there */
	__u8 padding[7];
};
CNAMEDROP_SIZE(address_owner, 16);

/* A process, as bpf/tasks.bpf.c lists it. */
struct task_entry {
	__u64 cgroup_id;
	__u64 started; /* nanoseconds of the monotonic clock */
	__u32 pid;     /* in the first pid namespace */
	__u32 netns;
};
CNAMEDROP_SIZE(task_entry, 24);

/* The slot of an address in local_addresses: the 12 upper bits of a product. */
#define LOCAL_ADDRESS_SLOTS	    4096
#define LOCAL_ADDRESS_SLOT(address) ((((address)->words[0] ^ (address)->words[1]) * 0x9e3779b97f4a7c15ULL) >> 52)

/* Per-CPU totals, the kernel's own truth: drops_seen = drops_recorded + drops_coalesced + drops_refused, always, and
 * the same of skbs. One list: the members, their sum, their names in the stop event and what they count follow from it.
 */
/* clang-format off */
#define KERNEL_COUNTERS(COUNTER) \
	COUNTER(drops_seen, "packets of the target that the kernel dropped: always `drops_recorded` + `drops_coalesced` + `drops_refused`") \
	COUNTER(drops_recorded, "drops with a record of their own") \
	COUNTER(drops_coalesced, "drops that were counted into the record of the same key") \
	COUNTER(drops_refused, "drops that were not recorded, because the ring was over the mark that keeps room for DNS (`lost`: `drops_ring_full`)") \
	COUNTER(skbs_seen, "the same in buffers, as nftables counts: always `skbs_recorded` + `skbs_coalesced` + `skbs_refused`. A buffer of segmentation offload is many packets") \
	COUNTER(skbs_recorded, "buffers of `drops_recorded`") \
	COUNTER(skbs_coalesced, "buffers of `drops_coalesced`") \
	COUNTER(skbs_refused, "buffers of `drops_refused`") \
	COUNTER(drops_purged, "buffers that were freed but not dropped, in no event: what had reached its socket and was not read when that closed, what came for a connection that was over, copies for a packet capture, the rest of a reassembled datagram") \
	COUNTER(drops_ambiguous, "buffers that were dropped where several pods own their address and nothing else tells whose they were: in no event") \
	COUNTER(drops_unattributed, "buffers that were dropped at an address of the target that others share, host networking or a container as the target, and that nobody had sent from: in no event") \
	COUNTER(drop_windows_full, "drops recorded one by one, because the table that coalesces was full") \
	COUNTER(dns_recorded, "DNS packets that were copied") \
	COUNTER(dns_refused, "DNS packets that were lost to a full ring (`lost`: `dns_ring_full`)") \
	COUNTER(dns_cut, "DNS messages that are longer than the copy, or of which only a first fragment came") \
	COUNTER(dns_unreadable, "DNS packets whose headers or payload could not be read") \
	COUNTER(cgroups_refused, "cgroups whose name came too late, because the ring was full: what they did carries the target's name") \
	COUNTER(local_endpoints_added, "entries that were put into the table that attributes drops without a socket")
/* clang-format on */

struct kernel_totals {
#define COUNTER(name, sentence) __u64 name;
	KERNEL_COUNTERS(COUNTER)
#undef COUNTER
};

#define MAX_DNS_PORTS 4

struct tracer_config {
	__u64 target_cgroup_id;
	__u64 coalesce_ns;
	__u64 drop_watermark;		/* bytes of the ring that drops may fill */
	__u64 wakeup_bytes;		/* a power of two: the reader is woken when so many more bytes wait */
	__u32 target_level;		/* of the cgroup below the root, which is level 0 */
	__u16 dns_ports[MAX_DNS_PORTS]; /* unused entries repeat the first */
	__u8 use_conntrack;		/* struct nf_conn is in this kernel's BTF */
	__u8 padding[3];
};
CNAMEDROP_SIZE(tracer_config, 48);

#endif
