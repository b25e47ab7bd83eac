// One event of each type, filled to the last field, around the founding case. For tests that write and read events.
#pragma once

#include "events/event.h"

namespace cnamedrop::events::examples {

inline constexpr Time noon = 1'772'366'400'000'000'000;  // 2026-03-01T12:00:00Z
inline constexpr Time second = 1'000'000'000;

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

inline Event start() {
  Started start{"0.1.0",    "6.18.0",  "--namespace kong", {{"drop_reasons", true}, {"rx_sk", false}},
                {53, 5353}, 10'000'000};
  return {{noon, start}, "node-1", 0, std::nullopt, std::nullopt, std::nullopt, {}};
}

inline Event pod_seen() {
  return {{noon + 1, PodSeen{7311, pod(), true}}, "node-1", 7311, pod(), std::nullopt, std::nullopt, {}};
}

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
  return {{noon + 2, seen}, "node-1", 7311, pod(), DnsNote{}, std::nullopt, {}};
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
  return {{noon + 278'604, seen}, "node-1", 7311, pod(), DnsNote{278'602, false, true}, std::nullopt, {}};
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
  return {{noon + 3, seen}, "node-1", 7311, pod(), DnsNote{std::nullopt, true, false}, std::nullopt, {}};
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
  drop.reason_number = 8;
  drop.reason = "SKB_DROP_REASON_NETFILTER_DROP";
  drop.subsystem = "CORE";
  drop.location = 0xffffffff81c3a9d3;
  drop.symbol = "nf_hook_slow+0x53";
  drop.interface = "eth0";
  drop.interface_index = 7;
  drop.netns = 4026531840;
  return drop;
}

inline Event drop() {
  return {{noon + 31 * second + 123'456'789, dropped()}, "node-1", 7311, pod(), std::nullopt, cname_only(),
          {"www.tm.ak.prd.aadg.trafficmanager.net."}};
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
  return {{noon - 1, drop}, "", drop.cgroup_id, unit, std::nullopt, cause, {".", "x.example."}};
}

inline Event lost() {
  return {
      {noon + second, Lost{"drops_ring_full", 17, noon}}, "node-1", 0, std::nullopt, std::nullopt, std::nullopt, {}};
}

inline Event stop() {
  Stopped stop{"signal", {{"drops_seen", 4}, {"dns_recorded", 1ULL << 60}}};
  return {{noon + 60 * second, stop}, "node-1", 0, std::nullopt, std::nullopt, std::nullopt, {}};
}

inline std::vector<Event> every_type() {
  return {start(), pod_seen(), dns_question(), dns_answer(), odd_dns_answer(), drop(), odd_drop(), lost(), stop()};
}

}  // namespace cnamedrop::events::examples
