/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What is read of a socket, by probe reads only (attribution.h says why). A pointer to a socket need not lead to one:
 * the state tells.
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

struct socket {
	const struct sock *sk;
	__u16 port; /* local; 0 of a socket without one, and of one that is destroyed */
	__u16 family;
	__u8 state;	/* 0: the pointer leads to no socket */
	__u8 direction; /* enum packet_direction: of the packet that hangs at it, as its owner sees it */
};

/* The state of a socket, 0 if the pointer leads to none. Every socket has one, from sock_init_data on, also one without
 * a family (a tun device's). */
static __always_inline __u8 state_of_socket(const struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return state <= TCP_LAST_STATE ? state : 0;
}

/* Newer verifiers demand a check of the pointer before it is used. Where one deletes it, the state decides. */
static __always_inline void read_socket(struct socket *socket, const struct sock *sk)
{
	__builtin_memset(socket, 0, sizeof(*socket));
	if (!sk)
		return;
	socket->state = state_of_socket(sk);
	if (!socket->state)
		return;
	socket->sk = sk;
	socket->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	socket->port = BPF_CORE_READ(sk, __sk_common.skc_num);
}

#endif
