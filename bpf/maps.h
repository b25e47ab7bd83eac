/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The maps that the subjects share. Weak, so that bpftool links the definitions of drops and dns into one. Sizes are
 * set by userspace before the load where they can be configured.
 */
#ifndef CNAMEDROP_MAPS_H
#define CNAMEDROP_MAPS_H

#include "vmlinux.h"
#include "bpf/record.h"
#include <bpf/bpf_helpers.h>

/* One ring for drops and DNS, so that userspace joins them in the order in which they happened. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} records __weak SEC(".maps");

/* Which cgroup last sent from a local address and port: one entry a socket, kept by the egress program. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct endpoint_key);
	__type(value, struct endpoint);
} local_endpoints __weak SEC(".maps");

/* Which addresses may be in local_endpoints or pod_addresses, by slot: a drop of somebody else's packet is passed over
 * without a look-up. A byte each, since a store needs no lock; never cleared, since a pod has few addresses
 * (drops.bpf.c). */
extern __u8 local_addresses[LOCAL_ADDRESS_SLOTS];

/* What userspace knows of the target's pods, renewed as they come and go (userspace/capture/network_watch.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32); /* inode number of the network namespace */
	__type(value, struct pod_namespace);
} pod_namespaces __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct address_key);
	__type(value, struct address_owner);
} pod_addresses __weak SEC(".maps");

/* Filled by userspace soon after the programs are attached: it takes a while to read where the functions are. */
extern struct purge_range purge_ranges[MAX_PURGE_RANGES];

/* Bounded, never evicting: a drop whose key finds no room is recorded by itself. Userspace deletes idle keys. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct drop_key);
	__type(value, struct drop_window);
} drop_windows __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct kernel_totals);
} totals __weak SEC(".maps");

/* Always 0, which the verifier does not know: it walks what follows once for each value that it knows of a variable. To
 * FORGET the value keeps a program of many cases from being walked a hundred times. */
extern __u8 always_zero;
#define FORGET(variable) ((variable) ^= always_zero)

/* Set once by userspace before the load (drops.bpf.c). */
extern const volatile struct tracer_config config;

static __always_inline struct kernel_totals *totals_of_this_cpu(void)
{
	__u32 first = 0;

	return bpf_map_lookup_elem(&totals, &first);
}

/* Atomic: a program may interrupt another one on the same CPU. */
#define COUNT(field)                                                                                                   \
	do {                                                                                                           \
		struct kernel_totals *totals_ = totals_of_this_cpu();                                                  \
		if (totals_)                                                                                           \
			__sync_fetch_and_add(&totals_->field, 1);                                                      \
	} while (0)

/* One skb of so many packets, in both of its sums: drops_<what> and skbs_<what>. */
#define COUNT_DROP(what, packets)                                                                                      \
	do {                                                                                                           \
		struct kernel_totals *totals_ = totals_of_this_cpu();                                                  \
		if (totals_) {                                                                                         \
			__sync_fetch_and_add(&totals_->drops_##what, packets);                                         \
			__sync_fetch_and_add(&totals_->skbs_##what, 1);                                                \
		}                                                                                                      \
	} while (0)

/* Submits a record; wakes the reader once for each wakeup_bytes that wait, not once a record. The reader's poll has a
 * timeout for the rest. */
static __always_inline void submit(void *record, __u64 size, __u64 waiting)
{
	__u64 wakeup = config.wakeup_bytes;
	bool crosses = (waiting & (wakeup - 1)) + size >= wakeup;

	bpf_ringbuf_submit(record, crosses ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

#endif
