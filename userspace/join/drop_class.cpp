// SPDX-License-Identifier: Apache-2.0
// Where the kernel gives no reason, the function that freed the packet tells whether it had already reached its
// receiver.
#include "join/drop_class.h"

#include <algorithm>
#include <iterator>

#include "join/reason_table.h"

namespace cnamedrop::join {
namespace {

constexpr std::string_view prefix = "SKB_DROP_REASON_";
constexpr std::string_view not_specified = "SKB_DROP_REASON_NOT_SPECIFIED";

// The receiving end of the stack: what these free without a reason belongs to a conversation that is over.
constexpr std::string_view receiving_functions[] = {"tcp_v4_rcv",
                                                    "tcp_v6_rcv",
                                                    "tcp_v4_do_rcv",
                                                    "tcp_v6_do_rcv",
                                                    "tcp_rcv_",
                                                    "udp_queue_rcv",
                                                    "udpv6_queue_rcv",
                                                    "__udp4_lib_rcv",
                                                    "__udp6_lib_rcv",
                                                    "udp_destruct",
                                                    "udpv6_destruct",
                                                    "raw_",
                                                    "raw6_",
                                                    "rawv6_",
                                                    "ping_",
                                                    "icmp_rcv",
                                                    "icmpv6_rcv",
                                                    "inet_sock_destruct",
                                                    "inet6_sock_destruct",
                                                    "skb_queue_purge",
                                                    "sk_stream_kill",
                                                    "__sk_destruct",
                                                    "tcp_done",
                                                    "inet_csk_destroy_sock"};

constexpr ReasonMeaning unspecified_policy = {
    DropClass::Policy,
    "The kernel gives no reason: a device or BPF program on the way dropped it (netkit, a veth whose "
    "other end is down), or a policy engine whose kernel does not say so."};
constexpr ReasonMeaning unspecified_closing = {DropClass::Closing,
                                               "It had reached its receiver, whose conversation was over."};
constexpr ReasonMeaning open_vswitch = {
    DropClass::Policy, "Open vSwitch dropped it: a rule of Antrea or OVN-Kubernetes, see 'ovs-dpctl dump-flows'."};
constexpr ReasonMeaning no_socket_closing = {DropClass::Closing,
                                             "The receiver's socket for it was already closed, or never there."};
constexpr ReasonMeaning unknown = {DropClass::Host,
                                   "This version of cnamedrop does not know the reason: not classified."};

const ReasonRow* find_row(std::string_view name) {
  for (const ReasonRow& row : reason_table) {
    std::string_view names = row.names;
    while (!names.empty()) {
      const std::size_t blank = names.find(' ');
      if (names.substr(0, blank) == name) return &row;
      names = blank == std::string_view::npos ? std::string_view() : names.substr(blank + 1);
    }
  }
  return nullptr;
}

bool is_at_receiver(const events::Dropped& drop) {
  return std::any_of(std::begin(receiving_functions), std::end(receiving_functions),
                     [&](std::string_view function) { return drop.symbol.starts_with(function); });
}

bool begins_with(std::string_view text, std::string_view start) { return text.starts_with(start); }

}  // namespace

bool is_classified(std::string_view reason) {
  if (reason == not_specified || begins_with(reason, "OVS_DROP_")) return true;
  return begins_with(reason, prefix) && find_row(reason.substr(prefix.size())) != nullptr;
}

ReasonMeaning meaning_of(const events::Dropped& drop) {
  if (drop.reason.empty() || drop.reason == not_specified)
    return is_at_receiver(drop) ? unspecified_closing : unspecified_policy;
  if (drop.subsystem == "OPENVSWITCH" || begins_with(drop.reason, "OVS_DROP_")) return open_vswitch;
  const ReasonRow* row =
      begins_with(drop.reason, prefix) ? find_row(std::string_view(drop.reason).substr(prefix.size())) : nullptr;
  if (row == nullptr) return unknown;
  if (row->names == "NO_SOCKET" && !events::is_syn(drop)) return no_socket_closing;
  return {row->drop_class, row->sentence};
}

}  // namespace cnamedrop::join
