// What was observed, before anybody judged it: the one type that crosses from capture (or from a recorded file, or a
// test) to the join.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "pods/pod.h"
#include "types/time.h"

namespace cnamedrop::events {

enum class Direction : std::uint8_t { Egress, Ingress };  // as the pod sees it

// Which step of the attribution answered (docs/architecture.md).
enum class AttributedBy : std::uint8_t { Socket, RxSocket, LocalEndpoint, Conntrack, InnerHeaders };

// IP protocol numbers that the program names (IANA registry).
namespace protocol {
inline constexpr std::uint8_t ICMP = 1;
inline constexpr std::uint8_t TCP = 6;
inline constexpr std::uint8_t UDP = 17;
inline constexpr std::uint8_t ICMPV6 = 58;
inline constexpr std::uint8_t SCTP = 132;
}  // namespace protocol

// The trace began. First line of every trace; a file that several traces appended to holds several.
struct Started {
  std::string version;                   // of cnamedrop
  std::string kernel;                    // uname release
  std::string target;                    // how the user named it: "--cgroup /x", "--pod-uid ..."
  std::map<std::string, bool> features;  // what this kernel has, by name (see `cnamedrop check`)
  std::vector<std::uint16_t> dns_ports;
  std::uint64_t coalesce_ns = 0;

  bool operator==(const Started&) const = default;
};

// A cgroup of the target came into view (or is gone): from here on cgroup_id means pod.
struct PodSeen {
  std::uint64_t cgroup_id = 0;
  pods::Pod pod;
  bool gone = false;

  bool operator==(const PodSeen&) const = default;
};

// A question that the pod sent or an answer that it received.
struct DnsSeen {
  std::uint64_t cgroup_id = 0;
  std::uint8_t protocol = protocol::UDP;  // UDP or TCP
  dns::Endpoint local;
  dns::Endpoint resolver;
  dns::Message message;

  bool operator==(const DnsSeen&) const = default;
};

// One or more packets of one key that the kernel dropped (count > 1: closer together than the coalescing interval; then
// ports, flags and length are the first packet's).
struct Dropped {
  std::uint64_t cgroup_id = 0;
  AttributedBy attributed_by = AttributedBy::Socket;
  Direction direction = Direction::Egress;
  std::uint8_t protocol = 0;  // IP protocol or next header
  dns::Endpoint local;
  dns::Endpoint remote;
  std::optional<dns::Endpoint> original_remote;  // what the pod addressed, where conntrack had translated it (DNAT)
  std::uint8_t tcp_flags = 0;                    // RFC 9293 order, FIN is bit 0; 0 when not TCP
  std::uint32_t length = 0;                      // bytes of the first packet from the IP header on
  std::uint64_t count = 1;                       // packets
  std::optional<std::uint32_t> reason_number;    // enum skb_drop_reason, subsystem in the upper 16 bits; none < 5.17
  std::string reason;                            // "SKB_DROP_REASON_NETFILTER_DROP"; "" without a number
  std::string subsystem;                         // "CORE", "OPENVSWITCH"...; "" without a number
  std::uint64_t location = 0;                    // kernel address of the caller of kfree_skb
  std::string symbol;                            // "nf_hook_slow+0x53"; the address in hex when there is no symbol
  std::string interface;                         // skb->dev->name; "" without a device
  std::uint32_t interface_index = 0;
  std::uint32_t netns = 0;  // inode number of the device's network namespace; 0 without a device

  bool operator==(const Dropped&) const = default;
};

// Records that did not arrive, and what could not be read. Never silent.
struct Lost {
  std::string what;  // "drops_ring_full", "dns_ring_full"...: docs/events.md lists them
  std::uint64_t count = 0;
  Time since = 0;  // the losses lie between this time and the event's own

  bool operator==(const Lost&) const = default;
};

// The trace ended.
struct Stopped {
  std::string why;                              // "signal", "duration", "max_events", "target_gone", ...
  std::map<std::string, std::uint64_t> totals;  // every counter of the trace by name

  bool operator==(const Stopped&) const = default;
};

struct Observation {
  Time time = 0;
  std::variant<Started, PodSeen, DnsSeen, Dropped, Lost, Stopped> what;

  bool operator==(const Observation&) const = default;
};

}  // namespace cnamedrop::events
