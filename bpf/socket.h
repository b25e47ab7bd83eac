/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What is read of a socket, by probe reads only (attribution.h says why). A pointer to a socket need not lead to one:
 * the state tells. Sockets are passed on as numbers, as global functions take them: those are verified once each, not
 * once for each path that leads to them.
 */
#ifndef CNAMEDROP_SOCKET_H
#define CNAMEDROP_SOCKET_H

#include "vmlinux.h"
#include "bpf/kernel_differences.h"
#include <bpf/bpf_core_read.h>

#define TCP_TIME_WAIT	 6 /* include/net/tcp_states.h */
#define TCP_NEW_SYN_RECV 12
#define TCP_LAST_STATE	 13 /* TCP_BOUND_INACTIVE */

#define FAMILY_PACKET 17 /* include/linux/socket.h: AF_PACKET */

struct seen_socket {
	__u64 address; /* of a struct sock, for probe reads */
	__u16 port;    /* local; 0 of a socket without one, and of one that is destroyed */
	__u16 family;
	__u8 state;	/* 0: the pointer leads to no socket */
	__u8 direction; /* enum packet_direction: of the packet that hangs at it, as its owner sees it */
	__u8 padding[2];
};

/* state, family and port in one word; 0 if there is no socket. Every socket has a state, from sock_init_data on, also
 * one without a family (a tun device's). */
__noinline __u64 facts_of_socket(__u64 address)
{
	const struct sock *sk = (const struct sock *)address;
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);
	__u16 family, port;

	if (state == 0 || state > TCP_LAST_STATE)
		return 0;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	port = BPF_CORE_READ(sk, __sk_common.skc_num);
	return (__u64)state << 32 | (__u32)family << 16 | port;
}

/* The pointer is copied as if it were any memory: what comes out of that is a number, whatever it was before. */
static __always_inline void read_socket(struct seen_socket *socket, const struct sock *sk)
{
	__u64 facts;

	__builtin_memset(socket, 0, sizeof(*socket));
	bpf_probe_read_kernel(&socket->address, sizeof(socket->address), &sk);
	facts = facts_of_socket(socket->address);
	socket->state = facts >> 32;
	socket->family = facts >> 16;
	socket->port = facts;
}

/* The cgroup of a full socket that somebody opened, as an address; 0 of others. A request socket stands for its
 * listener, a TIME_WAIT socket for nobody. The kernel's own, which send ping replies, RSTs and neighbour discovery,
 * hold no reference to their namespace: their cgroup is that of whoever made the namespace, or the root. */
__noinline __u64 cgroup_of_socket(__u64 address, __u32 state)
{
	const struct sock *sk = (const struct sock *)address;

	if (!state || state == TCP_TIME_WAIT)
		return 0;
	if (state == TCP_NEW_SYN_RECV)
		sk = BPF_CORE_READ(sk, __sk_common.skc_listener);
	if (!BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_net_refcnt))
		return 0;
	return socket_cgroup(sk);
}

#endif
