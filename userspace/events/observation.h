// SPDX-License-Identifier: Apache-2.0
// What was observed, before anybody judged it: the one type that crosses from capture (or from a recorded file, or a
// test) to the join. Each type is described here once; the writer, the reader and the schema follow (json/form.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "json/description.h"
#include "pods/pod.h"
#include "types/time.h"

namespace cnamedrop::events {

enum class Direction : std::uint8_t { Egress, Ingress };  // as the pod sees it

// Which step of the attribution answered (docs/architecture.md).
enum class AttributedBy : std::uint8_t { Socket, RxSocket, LocalEndpoint, Conntrack, InnerHeaders, Netns, Address };

// Who opened the connection of a dropped packet. Unknown is not written.
enum class OpenedBy : std::uint8_t { Unknown, Pod, Remote };

// Whose network namespace a device is in: the event's pod's own, that of the node's first process, or another one.
// Unknown is not written.
enum class NetnsOf : std::uint8_t { Unknown, Pod, Host, Other };

// IP protocol numbers that the program names (IANA registry).
namespace protocol {
inline constexpr std::uint8_t ICMP = 1;
inline constexpr std::uint8_t TCP = 6;
inline constexpr std::uint8_t UDP = 17;
inline constexpr std::uint8_t ICMPV6 = 58;
inline constexpr std::uint8_t SCTP = 132;
}  // namespace protocol

// Those of them whose header begins with two ports.
constexpr bool has_ports(std::uint8_t number) {
  return number == protocol::TCP || number == protocol::UDP || number == protocol::SCTP;
}

// Forms of fields whose type does not tell (events/forms.h).
struct Hexadecimal;

// A selector of the policy that the trace was started with.
struct RecordedSelector {
  std::string text;
  std::string source;
  std::vector<std::string> ports;

  bool operator==(const RecordedSelector&) const = default;

  static constexpr auto describe() {
    return json::object(
        "recorded_selector", "A selector of the policy that the trace was started with.",
        json::required("text", &RecordedSelector::text, "The selector as the policy writes it."),
        json::optional("source", &RecordedSelector::source, "File and line, or command line option, that it is from."),
        json::optional("ports", &RecordedSelector::ports, "Ports that it allows, such as 443/TCP; absent for all."));
  }
};

// The trace began. First line of every trace; a file that several traces appended to holds several.
struct Started {
  std::string version;
  std::string kernel;
  std::string target;
  std::map<std::string, bool> features;
  std::vector<std::uint16_t> dns_ports;
  Duration coalesce{};
  std::vector<RecordedSelector> selectors;
  std::uint64_t selectors_omitted = 0;

  bool operator==(const Started&) const = default;

  static constexpr auto describe() {
    return json::object(
        "start_body", "The trace.",  //
        json::always("version", &Started::version, "Version of cnamedrop."),
        json::optional("kernel", &Started::kernel, "Release of the kernel."),
        json::optional("target", &Started::target, "What is traced, as the user named it."),
        json::always("features", &Started::features,
                     "What the kernel offers, by name, as `cnamedrop check` prints it."),
        json::always("dns_ports", &Started::dns_ports, "Ports whose traffic is read as DNS."),
        json::always("coalesce_ns", &Started::coalesce,
                     "Drops of one key closer together than this are one event. Nanoseconds, as a decimal string."),
        json::optional("selectors", &Started::selectors, "The policy that the live findings were judged by."),
        json::optional("selectors_omitted", &Started::selectors_omitted, "Selectors beyond those listed."));
  }
};

// A cgroup of the target came into view (or is gone): from here on cgroup_id means the observation's pod.
struct PodSeen {
  std::uint64_t cgroup_id = 0;
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

// One or more packets of one key that the kernel dropped. The members of the packet itself are written as a Flow.
struct Dropped {
  std::uint64_t cgroup_id = 0;
  AttributedBy attributed_by = AttributedBy::Socket;
  Direction direction = Direction::Egress;
  std::uint8_t protocol = 0;  // IP protocol or next header
  dns::Endpoint local;
  dns::Endpoint remote;
  std::optional<dns::Endpoint> original_remote;
  std::uint8_t tcp_flags = 0;  // RFC 9293 order, FIN is bit 0; 0 when not TCP
  std::uint32_t length = 0;
  std::uint64_t count = 1;
  std::uint64_t skbs = 0;  // 0: not told, by versions that counted these as packets
  std::optional<std::uint32_t> reason_number;
  std::string reason;
  std::string subsystem;
  std::uint64_t location = 0;
  std::string symbol;
  std::string interface;
  std::uint32_t interface_index = 0;
  std::uint32_t netns = 0;
  NetnsOf netns_of = NetnsOf::Unknown;
  std::string netns_pod;
  OpenedBy opened_by = OpenedBy::Unknown;

  bool operator==(const Dropped&) const = default;

  static constexpr auto describe() {
    return json::object(
        "drop_body", "What the kernel tells about the drop.",
        json::optional("reason", &Dropped::reason,
                       "Name in the running kernel's enum skb_drop_reason; absent on kernels before 5.17."),
        json::optional("reason_number", &Dropped::reason_number,
                       "Number of the reason, subsystem in the upper 16 bits; it differs from kernel to kernel."),
        json::optional("subsystem", &Dropped::subsystem, "Subsystem that the reason belongs to, for example CORE."),
        json::optional("symbol", &Dropped::symbol,
                       "Kernel function, with offset, that freed the packet; the address where there is no symbol."),
        json::optional<Hexadecimal>("location", &Dropped::location,
                                    "Kernel address that freed the packet, in hexadecimal."),
        json::optional("interface", &Dropped::interface, "Name of the packet's network device."),
        json::optional("ifindex", &Dropped::interface_index, "Index of that device."),
        json::optional("netns", &Dropped::netns, "Inode number of that device's network namespace."),
        json::optional(
            "netns_of", &Dropped::netns_of,
            "Whose namespace that is: the event's pod's own, the node's (host), or another; absent if that is "
            "not known."),
        json::optional("netns_pod", &Dropped::netns_pod,
                       "Of another pod's namespace: that pod, as NAMESPACE/NAME, else its UID."),
        json::required("count", &Dropped::count,
                       "Packets that this event stands for, as the wire would have seen them; then ports, flags and "
                       "length are the first one's."),
        json::optional("skbs", &Dropped::skbs,
                       "Buffers that held these packets, as counters of nftables count: one buffer of segmentation "
                       "offload is many packets."),
        json::always("length", &Dropped::length, "Bytes of the first buffer from the IP header on."),
        json::required("attributed_by", &Dropped::attributed_by, "What led from the packet to the pod."),
        json::optional("original_remote", &Dropped::original_remote,
                       "What the pod had addressed, where the packet was translated since (DNAT)."),
        json::optional("opened_by", &Dropped::opened_by,
                       "Who opened the packet's connection; absent if that is not known."));
  }
};

// A SYN without ACK: it opens a TCP connection.
bool is_syn(const Dropped& drop);
// A SYN with ACK: it answers one.
bool is_syn_ack(const Dropped& drop);

// Records that did not arrive, and what could not be read. Never silent.
struct Lost {
  std::string what;
  std::uint64_t count = 0;
  Time since;
  std::uint64_t skbs = 0;

  bool operator==(const Lost&) const = default;

  static constexpr auto describe() {
    return json::object("lost_body", "The loss.",  //
                        json::required("what", &Lost::what, "Kind of the loss; docs/events.md lists them."),
                        json::required("count", &Lost::count, "How many records; of drops, how many packets."),
                        json::optional("skbs", &Lost::skbs, "Of drops: how many buffers held these packets."),
                        json::always("since", &Lost::since, "The losses lie between this time and the event's own."));
  }
};

// The trace ended.
struct Stopped {
  std::string why;
  std::map<std::string, std::uint64_t> totals;

  bool operator==(const Stopped&) const = default;

  static constexpr auto describe() {
    return json::object("stop_body", "The end of the trace.",
                        json::always("why", &Stopped::why, "What ended it, for example signal or duration."),
                        json::always("totals", &Stopped::totals, "Every counter of the trace by name."));
  }
};

// Which trace an observation is of. Empty where a file does not tell.
struct TraceId {
  std::string node_name;
  std::string trace_id;  // random, new for each trace

  auto operator<=>(const TraceId&) const = default;
};

struct Observation {
  Time time;
  std::variant<Started, PodSeen, DnsSeen, Dropped, Lost, Stopped> what;
  std::shared_ptr<const TraceId> trace = {};  // null: unknown
  std::optional<std::uint64_t> seq = {};  // number of the line in its trace, from 0; none: not written yet, or unknown
  // Whose it is: of a PodSeen, and of what a file tells; the join fills it in for DNS and drops. Null: unknown.
  std::shared_ptr<const pods::Pod> pod = {};

  bool operator==(const Observation& other) const;
};

// "" where it is not known.
const std::string& node_name(const Observation& observation);

// 0 for start, lost and stop.
std::uint64_t cgroup_id(const Observation& observation);

}  // namespace cnamedrop::events
