/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * In which network namespace a packet is seen, and what that says of an address: two namespaces may own the same one,
 * of two clusters on a machine or of a pod that is gone and its successor. Loopback and link-local addresses are in
 * all.
 */
#ifndef CNAMEDROP_NAMESPACES_H
#define CNAMEDROP_NAMESPACES_H

#include "vmlinux.h"
#include "bpf/maps.h"
#include "bpf/packet.h"
#include "bpf/socket.h"

/* include/uapi/linux/nsfs.h and include/linux/proc_ns.h: inode numbers of namespaces lie from here on. */
#define LOWEST_NAMESPACE_INODE 0xefffff00U

/* The namespace of a device, else of a socket: the kernel's own sockets hold no reference to it, but they know it.
 * While a TCP queue holds an skb, its dev shares the memory with a tree node: a device is one only if its namespace
 * says so. */
__noinline __u32 netns_of(__u64 device, __u64 holder, __u64 receiver)
{
	__u32 inode = BPF_CORE_READ((const struct net_device *)device, nd_net.net, ns.inum);

	if (inode < LOWEST_NAMESPACE_INODE)
		inode = BPF_CORE_READ((const struct sock *)holder, __sk_common.skc_net.net, ns.inum);
	if (inode < LOWEST_NAMESPACE_INODE)
		inode = BPF_CORE_READ((const struct sock *)receiver, __sk_common.skc_net.net, ns.inum);
	return inode < LOWEST_NAMESPACE_INODE ? 0 : inode;
}

static __always_inline __u32 netns_of_packet(const struct sk_buff *skb, const struct seen_socket *holder,
					     const struct seen_socket *receiver)
{
	return netns_of((__u64)BPF_CORE_READ(skb, dev), holder->state ? holder->address : 0,
			receiver->state ? receiver->address : 0);
}

static __always_inline bool may_be_local(const struct ip_address_bytes *address)
{
	return local_addresses[LOCAL_ADDRESS_SLOT(address)];
}

/* Whether the address may be the target's: only then is more read of a packet. */
static __always_inline bool may_be_of_target(const struct ip_address_bytes *address, __u8 ip_version)
{
	return may_be_local(address) || is_local_scope(address, ip_version) || is_everybodys(address, ip_version);
}

/* Whether what was noted in one namespace may be meant by a packet that is seen in another. What is not known is not
 * held against it. */
static __always_inline bool is_seen_from(__u32 home, __u32 seen_in)
{
	struct pod_namespace *known;

	if (!home || !seen_in || home == seen_in)
		return true;
	known = bpf_map_lookup_elem(&pod_namespaces, &home);
	return !known || !known->transit || known->transit == seen_in;
}

/* What a look-up answers in one word, as global functions give it: in the upper byte the step, in the others the
 * cgroup's id (of which the upper half counts how often the numbers ran over). 0: nobody of the target. */
#define OWNED(by, cgroup_id) ((__u64)(by) << 56 | (cgroup_id))
#define OWNED_BY(owned)	     ((__u8)((owned) >> 56))
#define OWNED_CGROUP(owned)  ((owned)&0x00ffffffffffffffULL)
/* In place of a step: somebody of the target, but who cannot be told. */
#define UNTOLD_AMBIGUOUS 0xff
#define UNTOLD_SHARED	 0xfe

static __always_inline __u64 owned_by_endpoint(const struct endpoint_key *key, __u32 netns)
{
	struct endpoint *endpoint = bpf_map_lookup_elem(&local_endpoints, key);

	if (!endpoint || !is_seen_from(endpoint->netns, netns))
		return 0;
	return OWNED(ATTRIBUTED_BY_LOCAL_ENDPOINT, endpoint->cgroup_id);
}

static __always_inline __u64 owned_by_address(const struct endpoint_key *endpoint, __u32 netns)
{
	struct address_key key = {
		.address = endpoint->address,
		.netns = netns,
		.ip_version = endpoint->ip_version,
	};
	struct address_owner *owner = bpf_map_lookup_elem(&pod_addresses, &key);

	if (!owner) {
		key.netns = 0;
		owner = bpf_map_lookup_elem(&pod_addresses, &key);
	}
	if (!owner)
		return 0;
	if (owner->ambiguous)
		return OWNED(UNTOLD_AMBIGUOUS, 0);
	return OWNED(owner->cgroup_id ? ATTRIBUTED_BY_ADDRESS : UNTOLD_SHARED, owner->cgroup_id);
}

/* Who owns one side of a packet that is seen in a namespace: who sent from there last, else whose address it is. With
 * numbers alone, as global functions take them on every kernel: verified once, not once a path that leads here. which:
 * port, IP version and protocol. */
__noinline __u64 find_owner(__u64 address_begin, __u64 address_end, __u32 which, __u32 netns)
{
	struct endpoint_key key = {
		.address.words = {address_begin, address_end},
		.port = which >> 16,
		.ip_version = which >> 8,
		.protocol = which,
	};
	__u64 owned;

	if (is_local_scope(&key.address, key.ip_version))
		key.netns = netns;
	owned = owned_by_endpoint(&key, netns);
	return owned ? owned : owned_by_address(&key, netns);
}

static __always_inline __u64 owner_of(const struct ip_address_bytes *address, __u16 port, const struct packet *packet,
				      __u32 netns)
{
	__u32 which = (__u32)port << 16 | packet->ip_version << 8 | packet->protocol;

	if (!may_be_local(address))
		return 0;
	return find_owner(address->words[0], address->words[1], which, netns);
}

static __always_inline __u64 owner_of_namespace(__u32 netns)
{
	struct pod_namespace *known = bpf_map_lookup_elem(&pod_namespaces, &netns);

	if (!known)
		return 0;
	return OWNED(known->cgroup_id ? ATTRIBUTED_BY_NETNS : UNTOLD_SHARED, known->cgroup_id);
}

#endif
