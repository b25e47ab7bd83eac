// SPDX-License-Identifier: Apache-2.0
// What each reason of the kernel's enum skb_drop_reason means (include/net/dropreason-core.h has the definitions). The
// one place to add a reason of a newer kernel.
#pragma once

#include "join/drop_class.h"

namespace cnamedrop::join {

// names: without "SKB_DROP_REASON_", with blanks between them.
struct ReasonRow {
  std::string_view names;
  DropClass drop_class;
  std::string_view sentence;
};

inline constexpr ReasonRow reason_table[] = {
    {"NETFILTER_DROP", DropClass::Policy,
     "A netfilter rule dropped it: a policy engine or firewall based on iptables or nftables, an 'nft reject', or "
     "kube-proxy for a service without endpoints."},
    {"TC_INGRESS", DropClass::Policy,
     "A BPF or tc program on the ingress side of the device dropped it: Cilium, Calico eBPF, the AWS agent. Of Cilium, "
     "'hubble observe' shows its own reason."},
    {"TC_EGRESS", DropClass::Policy,
     "A BPF or tc program on the egress side of the device dropped it. Of Cilium, 'hubble observe' shows its own "
     "reason."},
    {"XDP", DropClass::Policy, "An XDP program on the device dropped it: a load balancer, a firewall or Cilium."},
    {"BPF_CGROUP_EGRESS", DropClass::Policy,
     "A BPF program of a cgroup refused to send it: a firewall of systemd (IPAddressDeny) or a policy agent."},
    {"SOCKET_FILTER", DropClass::Policy,
     "A filter on the receiving socket dropped it: a BPF program of the cgroup or of the application."},
    {"SECURITY_HOOK", DropClass::Policy,
     "A security module (SELinux, AppArmor, Smack or BPF LSM) refused it: see the audit log."},
    {"NO_SOCKET", DropClass::Host, "Nobody listens on that port of the receiver: see 'ss -lntu' there."},
    {"SOCKET_CLOSE", DropClass::Closing, "The socket was closed while the packet was being handled."},
    {"SOCKET_RCVBUFF", DropClass::Host,
     "The receiving socket's buffer is full: the application reads too slowly, see 'ss -m' and net.core.rmem_max."},
    {"UNIX_DISCONNECT UNIX_SKIP_OOB", DropClass::Closing, "A local (AF_UNIX) socket was closed."},
    {"PKT_TOO_SMALL HDR_TRUNC", DropClass::Host,
     "The packet is shorter than its headers say: a broken sender, tunnel or driver."},
    {"TCP_CSUM UDP_CSUM IP_CSUM ICMP_CSUM SKB_CSUM", DropClass::Host,
     "A checksum is wrong: see the offload settings of the devices on the way ('ethtool -k')."},
    {"OTHERHOST", DropClass::Host, "The frame was for another MAC address: see the bridge and the neighbour table."},
    {"IP_INHDR", DropClass::Host, "The IP header is invalid."},
    {"IP_RPFILTER", DropClass::Host,
     "The reverse path filter dropped it: see net.ipv4.conf.*.rp_filter and the routes back to the sender."},
    {"UNICAST_IN_L2_MULTICAST", DropClass::Host, "A unicast packet came in a multicast frame."},
    {"XFRM_POLICY", DropClass::Host,
     "An IPsec policy asks for encryption that the packet does not have: see 'ip xfrm policy'."},
    {"IP_NOPROTO UNHANDLED_PROTO INVALID_PROTO", DropClass::Host, "Nobody on the receiver handles that protocol."},
    {"PROTO_MEM", DropClass::Host, "The memory for this protocol is used up: see net.ipv4.tcp_mem and udp_mem."},
    {"TCP_AUTH_HDR TCP_MD5NOTFOUND TCP_MD5UNEXPECTED TCP_MD5FAILURE TCP_AONOTFOUND TCP_AOUNEXPECTED TCP_AOKEYNOTFOUND "
     "TCP_AOFAILURE",
     DropClass::Host, "The TCP authentication option does not match the receiver's keys."},
    {"SOCKET_BACKLOG", DropClass::Host,
     "The backlog of the receiving socket is full: the application reads too slowly."},
    {"TCP_FLAGS", DropClass::Closing, "A segment with flags that do not fit the state of the connection."},
    {"TCP_ABORT_ON_DATA", DropClass::Closing, "Data came for a connection that the application had already closed."},
    {"TCP_ZEROWINDOW TCP_OVERWINDOW", DropClass::Host,
     "The receiver has no room left: the application reads too slowly."},
    {"TCP_OLD_DATA TCP_OLD_SEQUENCE TCP_OLD_ACK TCP_TOO_OLD_ACK TCP_OFOMERGE", DropClass::Closing,
     "A copy of what the receiver already had."},
    {"TCP_RFC7323_PAWS TCP_RFC7323_PAWS_ACK TCP_RFC7323_TW_PAWS TCP_RFC7323_TSECR", DropClass::Closing,
     "A segment with a timestamp that is too old (RFC 7323)."},
    {"TCP_LISTEN_OVERFLOW", DropClass::Host,
     "The listener's queue of new connections is full: see 'ss -lnt' and net.core.somaxconn."},
    {"TCP_INVALID_SEQUENCE TCP_INVALID_END_SEQUENCE TCP_INVALID_ACK_SEQUENCE TCP_ACK_UNSENT_DATA", DropClass::Closing,
     "A segment outside of what the connection expects."},
    {"TCP_RESET", DropClass::Closing, "The other side reset the connection."},
    {"TCP_INVALID_SYN", DropClass::Closing, "A SYN inside of an existing connection."},
    {"TCP_CLOSE", DropClass::Closing, "The connection was already closed."},
    {"TCP_FASTOPEN", DropClass::Host, "The packet of a TCP Fast Open handshake was not accepted."},
    {"TCP_OFO_QUEUE_PRUNE TCP_OFO_DROP", DropClass::Host,
     "The queue of segments out of order had no room: see net.ipv4.tcp_rmem."},
    {"IP_OUTNOROUTES", DropClass::Host,
     "There is no route to the destination: see 'ip route get' in the pod's network namespace."},
    {"IPV6DISABLED", DropClass::Host, "IPv6 is disabled on the device: see net.ipv6.conf.*.disable_ipv6."},
    {"NEIGH_CREATEFAIL NEIGH_FAILED NEIGH_QUEUEFULL NEIGH_DEAD NEIGH_HH_FILLFAIL", DropClass::Host,
     "The next hop's MAC address could not be resolved: see 'ip neigh' and whether the next hop is up."},
    {"QDISC_DROP QDISC_OVERLIMIT QDISC_CONGESTED CAKE_FLOOD FQ_BAND_LIMIT FQ_HORIZON_LIMIT FQ_FLOW_LIMIT "
     "DUALPI2_STEP_DROP",
     DropClass::Host, "A queue of traffic control was full: see 'tc -s qdisc' and bandwidth limits of the pod."},
    {"CPU_BACKLOG", DropClass::Host,
     "The queue of packets that wait for a CPU is full: see net.core.netdev_max_backlog."},
    {"SKB_GSO_SEG SKB_BAD_GSO SKB_UCOPY_FAULT DEV_HDR DEV_READY FULL_RING PFMEMALLOC", DropClass::Host,
     "The device could not take the packet: see 'ip -s link' and 'ethtool -S'."},
    {"NOMEM", DropClass::Host, "The kernel had no memory for it."},
    {"TAP_FILTER TAP_TXFILTER", DropClass::Host, "A filter of a tun or tap device dropped it."},
    {"IP_INADDRERRORS IP_INVALID_SOURCE IP_INVALID_DEST IP_LOCAL_SOURCE IP_LOCALNET", DropClass::Host,
     "The source or destination address is not valid here."},
    {"IP_INNOROUTES", DropClass::Host,
     "There is no route for the packet where it was dropped: see 'ip route get' and ip_forward there."},
    {"PKT_TOO_BIG", DropClass::Host,
     "The packet is larger than the MTU and must not be fragmented: see the MTU along the way and whether ICMP gets "
     "back."},
    {"DUP_FRAG FRAG_REASM_TIMEOUT FRAG_TOO_FAR", DropClass::Host, "A fragmented packet could not be put together."},
    {"TCP_MINTTL", DropClass::Host, "The TTL is below what the socket asks for (IP_MINTTL)."},
    {"IPV6_BAD_EXTHDR IPV6_NDISC_FRAG IPV6_NDISC_HOP_LIMIT IPV6_NDISC_BAD_CODE IPV6_NDISC_BAD_OPTIONS "
     "IPV6_NDISC_NS_OTHERHOST",
     DropClass::Host, "An invalid IPv6 or neighbour discovery packet, or one for another host."},
    {"QUEUE_PURGE", DropClass::Closing, "The socket was closed with the packet unread."},
    {"TC_COOKIE_ERROR TC_CHAIN_NOTFOUND TC_RECLASSIFY_LOOP", DropClass::Host,
     "Traffic control is set up inconsistently: see 'tc filter show'."},
    {"PACKET_SOCK_ERROR", DropClass::Host, "A copy for a packet capture could not be delivered."},
    {"VXLAN_INVALID_HDR VXLAN_VNI_NOT_FOUND VXLAN_ENTRY_EXISTS MAC_INVALID_SOURCE IP_TUNNEL_ECN TUNNEL_TXINFO "
     "NO_TX_TARGET LOCAL_MAC",
     DropClass::Host,
     "The overlay or bridge could not pass it on: see its devices, VNI and forwarding table ('bridge fdb')."},
    {"ARP_PVLAN_DISABLE MAC_IEEE_MAC_CONTROL BRIDGE_INGRESS_STP_STATE", DropClass::Host,
     "The bridge does not pass on such frames here."},
    {"CAN_RX_INVALID_FRAME CANFD_RX_INVALID_FRAME CANXL_RX_INVALID_FRAME", DropClass::Host, "An invalid CAN frame."},
    {"PSP_INPUT PSP_OUTPUT", DropClass::Host, "PSP encryption does not match the socket."},
    {"RECURSION_LIMIT", DropClass::Host, "The packet went through too many stacked devices."},
};

}  // namespace cnamedrop::join
