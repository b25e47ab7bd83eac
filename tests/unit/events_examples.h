// SPDX-License-Identifier: Apache-2.0
// One event of each type, filled to the last field, around the founding case. For tests that write and read events.
#pragma once

#include "events/event.h"

namespace cnamedrop::events::examples {

inline constexpr Time noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);
inline constexpr std::chrono::seconds second(1);
inline constexpr std::chrono::nanoseconds ns(1);

inline dns::Endpoint endpoint(const char* address, std::uint16_t port) { return {*dns::parse_ip(address), port}; }

inline pods::Pod pod() {
  return {"3f1c7a52-9d1e-4a3b-8a55-0c2f6f5d9e11",
          "kong",
          "kong-abc",
          "9b2e4c3d0f7a1e5b6c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
          "proxy",
          "containerd",
          "/kubepods.slice/kubepods-pod3f1c7a52.slice/cri-containerd-9b2e4c3d.scope"};
}

// The line of that number in the trace of the examples.
template <typename What>
Event line(std::uint64_t seq, Time time, What what) {
  static const auto trace = std::make_shared<const TraceId>(TraceId{"node-1", "5f0c2d9b1e7a4836"});
  return {{time, std::move(what), trace, seq, {}}, std::nullopt, std::nullopt};
}
template <typename What>
Event line_of_pod(std::uint64_t seq, Time time, What what) {
  Event event = line(seq, time, std::move(what));
  event.observation.pod = std::make_shared<const pods::Pod>(pod());
  return event;
}

inline Event start() {
  return line(0, noon,
              Started{"0.1.0",
                      "6.18.0",
                      "--pod-uid 3f1c7a52-9d1e-4a3b-8a55-0c2f6f5d9e11",
                      {{"conntrack", true}, {"drop_reason", true}, {"rx_socket", false}},
                      {53, 5353},
                      std::chrono::milliseconds(10),
                      {{"matchName: login.microsoftonline.com", "policy.yaml:12", {"443/TCP"}}},
                      0});
}

inline Event pod_seen() { return line_of_pod(1, noon + ns, PodSeen{7311, true}); }

inline dns::Message question() {
  dns::Message message;
  message.id = 11734;
  message.recursion_desired = true;
  message.questions = {{"www.tm.ak.prd.aadg.trafficmanager.net.", dns::type::A, dns::class_in}};
  message.edns_udp_size = 1232;
  message.edns_do = true;
  message.size = 66;
  return message;
}

inline Event dns_question() {
  DnsSeen seen{7311, protocol::UDP, endpoint("10.0.0.2", 41746), endpoint("10.96.0.10", 53), question()};
  Event event = line_of_pod(2, noon + 2 * ns, seen);
  event.dns = DnsNote{};
  return event;
}

inline dns::Message answer() {
  dns::Message message = question();
  message.response = true;
  message.authoritative = message.recursion_available = message.checking_disabled = message.authentic_data = true;
  message.questions[0].name = "login.microsoftonline.com.";
  message.answers = {
      {"login.microsoftonline.com.", dns::type::CNAME, dns::class_in, 60, {}, "login.mso.msidentity.com."},
      {"login.mso.msidentity.com.", dns::type::A, dns::class_in, 3, {*dns::parse_ip("20.190.151.134")}, ""},
      {"login.mso.msidentity.com.", dns::type::AAAA, dns::class_in, 30, {*dns::parse_ip("2603:1006:2000::8")}, ""}};
  message.size = 154;
  return message;
}

inline Event dns_answer() {
  DnsSeen seen{7311, protocol::UDP, endpoint("10.0.0.2", 41746), endpoint("10.96.0.10", 53), answer()};
  Event event = line_of_pod(3, noon + 278'604 * ns, seen);
  event.dns = DnsNote{278'602 * ns, false, true};
  return event;
}

// What a message can hold beside the usual: several questions of odd classes and types, hints, a cut, TCP, IPv6.
inline Event odd_dns_answer() {
  dns::Message message;
  message.response = message.truncated = message.cut = true;
  message.opcode = 5;
  message.rcode = 3841;
  message.size = 70'000;
  message.questions = {{"a\\.b.example.", 65280, 3}, {".", dns::type::HTTPS, dns::class_in}};
  message.answers = {
      {".", dns::type::HTTPS, 254, 7, {*dns::parse_ip("192.0.2.1"), *dns::parse_ip("::1")}, "svc.example."}};
  DnsSeen seen{7311, protocol::TCP, endpoint("fd00::2", 41746), endpoint("fd00::a", 53), message};
  Event event = line_of_pod(4, noon + 3 * ns, seen);
  event.dns = DnsNote{std::nullopt, true, false};
  return event;
}

inline std::vector<AliasStep> chain() {
  return {{"login.microsoftonline.com.", "login.mso.msidentity.com.", 60, noon + 10 * second, true},
          {"login.mso.msidentity.com.", "ak.privatelink.msidentity.com.", 60, noon + 11 * second, false},
          {"ak.privatelink.msidentity.com.", "www.tm.ak.prd.aadg.trafficmanager.net.", 60, noon + 12 * second, true}};
}

inline Credit credit(const char* name, Time learned, bool live) {
  return {name, dns::type::A, learned, learned + 30 * second, 30, live, {chain()[0]}};
}

inline Cause cname_only() {
  Cause cause;
  cause.kind = CauseKind::CnameOnly;
  cause.address = *dns::parse_ip("20.190.151.134");
  cause.credits = {credit("www.tm.ak.prd.aadg.trafficmanager.net.", noon + 30 * second, true)};
  cause.chases = {{"login.microsoftonline.com.", "www.tm.ak.prd.aadg.trafficmanager.net.", ChaseHow::Asked, chain(),
                   noon + 10 * second, dns::type::CNAME, true, true,
                   credit("login.microsoftonline.com.", noon, false)}};
  return cause;
}

inline Dropped dropped() {
  Dropped drop;
  drop.cgroup_id = 7311;
  drop.attributed_by = AttributedBy::LocalEndpoint;
  drop.protocol = protocol::TCP;
  drop.local = endpoint("10.0.0.2", 40000);
  drop.remote = endpoint("20.190.151.134", 443);
  drop.tcp_flags = 0x02;
  drop.length = 60;
  drop.count = 3;
  drop.skbs = 2;
  drop.reason_number = 8;
  drop.reason = "SKB_DROP_REASON_NETFILTER_DROP";
  drop.subsystem = "CORE";
  drop.location = 0xffffffff81c3a9d3;
  drop.symbol = "nf_hook_slow+0x53";
  drop.interface = "eth0";
  drop.interface_index = 7;
  drop.netns = 4026531840;
  drop.netns_of = NetnsOf::Pod;
  drop.opened_by = OpenedBy::Pod;
  return drop;
}

inline Event drop() {
  Event event = line_of_pod(5, noon + 31 * second + 123'456'789 * ns, dropped());
  event.cause = cname_only();
  return event;
}

// The optional parts that drop() leaves out: ingress, IPv6, no reason, an unnamed protocol, DNAT, every other evidence.
inline Event odd_drop() {
  Dropped drop;
  drop.cgroup_id = 18'446'744'073'709'551'615U;
  drop.attributed_by = AttributedBy::InnerHeaders;
  drop.direction = Direction::Ingress;
  drop.protocol = 47;
  drop.local = endpoint("fd00::2", 0);
  drop.remote = endpoint("2001:db8::1", 0);
  drop.original_remote = endpoint("fd00:96::10", 53);
  drop.netns_of = NetnsOf::Other;
  drop.netns_pod = "shop/cart-7d5";
  drop.opened_by = OpenedBy::Remote;
  drop.count = 1ULL << 60;
  Cause cause;
  cause.kind = CauseKind::NotLearned;
  cause.address = drop.remote.address;
  cause.doubts = {"12 DNS messages were lost"};
  cause.credits_omitted = 4;
  cause.learned_by_pods = {"9d1e4a3b-0000-0000-0000-000000000000"};
  cause.question = dns::Question{"x.example.", dns::type::SRV, dns::class_in};
  cause.selector = SelectorCitation{"matchPattern: \"*.example\"", "policy.yaml:12", "x.example."};
  cause.note = "misses by the apex";
  pods::Pod unit;
  unit.cgroup_path = "/system.slice/gateway.service";
  cause.credits = {credit(".", noon - second, true), credit("x.example.", noon - second, true)};
  Event event;
  event.observation = {noon - ns, drop, {}, {}, std::make_shared<const pods::Pod>(unit)};
  event.cause = cause;
  return event;
}

inline Event lost() { return line(6, noon + second, Lost{"drops_ring_full", 17, noon, 5}); }

inline Event stop() {
  return line(7, noon + 60 * second, Stopped{"signal", {{"drops_seen", 4}, {"dns_recorded", 1ULL << 60}}});
}

inline std::vector<Event> every_type() {
  return {start(), pod_seen(), dns_question(), dns_answer(), odd_dns_answer(), drop(), odd_drop(), lost(), stop()};
}

// What a reader gets of it: what the join added is recomputed.
inline Event as_read(Event event) {
  event.dns.reset();
  event.cause.reset();
  return event;
}

}  // namespace cnamedrop::events::examples
