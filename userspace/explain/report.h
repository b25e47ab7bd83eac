// SPDX-License-Identifier: Apache-2.0
// Summary of an event file: findings with their evidence and cures, as plain data. How it is shown is report_text.h's
// and report_json.h's part.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/enum_names.h"
#include "events/event.h"
#include "explain/assume.h"

namespace cnamedrop::explain {

// Where in the kernel packets were dropped, and for which reason.
struct Place {
  events::Direction direction = events::Direction::Egress;
  std::string reason;  // "SKB_DROP_REASON_NETFILTER_DROP"; "" where the kernel gives none
  std::string symbol;
  std::string interface;

  auto operator<=>(const Place&) const = default;
};

// What the packets were addressed to.
struct Remote {
  std::uint8_t protocol = 0;
  dns::Endpoint endpoint;  // as the pod addressed it

  auto operator<=>(const Remote&) const = default;
};

// Packets by some property; a bounded number of values is kept, packets of further ones are only counted.
template <typename Key>
struct Tally {
  static constexpr std::size_t max_values = 16;
  std::map<Key, std::uint64_t> packets;
  std::uint64_t others = 0;

  void add(const Key& key, std::uint64_t count) {
    if (packets.size() < max_values || packets.contains(key))
      packets[key] += count;
    else
      others += count;
  }
};

enum class ClientKind : std::uint8_t {
  Unknown,
  KongLegacy,         // lua-resty-dns-client as Kong sets it up
  Apisix,             // the same library as APISIX sets it up
  LuaRestyDnsClient,  // one of the two
  NettyDnsResolver,   // Java gateways
  NginxResolver,
  ResolverInPod,  // a caching stub: unbound, dnsmasq
  Application,    // walks aliases itself
};

// Which DNS client asks this way.
struct Client {
  ClientKind kind = ClientKind::Unknown;
  std::string evidence;                // the questions that tell it; "" where none do
  std::vector<ClientKind> candidates;  // of Unknown: who asks like that
  std::string tell_apart;              // what would tell the candidates apart
  bool addresses_first = false;        // the questions show that it asks for addresses first

  bool operator==(const Client&) const = default;
};

enum class Verdict : std::uint8_t {
  Holds,     // nothing in the trace speaks against it
  HoldsNow,  // it would have helped, as long as a condition lasts that the client does not control
  Fails,     // the trace shows that the drops would come back
};

enum class CureKind : std::uint8_t {
  SelectNames,
  AddPort,
  AddDnsRules,
  KongNewClient,
  KongDnsOrder,
  NettyCache,
  ApisixUpstream,
  NginxNames,
  ResolverCache,
  ApplicationLookup,
  Advice,  // what no patch can say
};

struct Cure {
  CureKind kind = CureKind::Advice;
  Verdict verdict = Verdict::Holds;
  std::string what;   // a sentence: what to do
  std::string why;    // how it was judged against the trace
  std::string patch;  // lines of YAML or a setting; "" where words must do

  bool operator==(const Cure&) const = default;
};

// Drops of one pod with the same cause and the same names behind it.
struct Finding {
  std::string pod_key;  // join::pod_key()
  std::string node_name;
  std::shared_ptr<const pods::Pod> pod;  // null: unknown
  std::uint64_t cgroup_id = 0;           // says who, where the pod is not known
  events::CauseKind kind = events::CauseKind::NotLearned;
  std::vector<dns::Name> names;  // cname_only: the origins; else the names of the credits, or of the question
  std::uint64_t packets = 0;
  std::uint64_t connections = 0;  // local endpoints that sent a SYN
  Time first;
  Time last;
  Tally<Place> places;
  Tally<Remote> remotes;
  std::set<std::string> doubts;
  std::set<dns::Name> credited;       // names of live credits, over all drops; bounded
  std::set<dns::Name> to_select;      // names that no selector holds and any of which may be credited next; bounded
  std::uint32_t alias_ttl = 0;        // cname_only: longest TTL of the origin's own alias, in seconds
  std::uint32_t address_ttl = 0;      // cname_only: shortest TTL of the address at the chased name
  std::uint64_t gone_if_a_first = 0;  // packets that would have passed had the client asked for addresses first
  events::Cause cause;                // of the first drop: the evidence
  Client client;
  std::vector<Cure> cures;
};

enum class DnsTrouble : std::uint8_t {
  Refused,    // by the DNS proxy or the resolver: no address, no packet, no drop
  AliasOnly,  // answers with aliases and no address, after which nothing was sent
  Truncated,  // and not asked again over TCP
  Unanswered,
};

// Look-ups of one pod that failed in the same way: of one name or one chase; unanswered ones of one resolver.
struct DnsFinding {
  DnsTrouble trouble = DnsTrouble::Refused;
  std::string pod_key;  // join::pod_key()
  std::string node_name;
  std::shared_ptr<const pods::Pod> pod;  // null: unknown
  std::uint64_t cgroup_id = 0;
  dns::Question question;        // the first one
  std::vector<dns::Name> names;  // that were asked for, search domains apart; bounded
  dns::Endpoint resolver;        // the first one
  std::uint64_t count = 0;       // questions
  Time first;
  Time last;
  std::vector<events::Chase> chases;  // refused: the names that the pod had wanted, where it asked for an alias of them
  Client client;
  std::vector<Cure> cures;
  std::string note;  // with a policy: whether its DNS rules let the name be asked for
};

// What would have become of the drops under --assume-order.
struct Assumption {
  std::string order;
  std::uint64_t packets_gone = 0;
  std::uint64_t packets_cached = 0;
  std::set<dns::Name> origins_gone;  // bounded
};

struct Report {
  std::uint64_t events = 0;
  std::uint64_t lines_skipped = 0;
  std::uint64_t lines_missing = 0;    // by the gaps in seq
  std::vector<std::string> problems;  // of the first lines that were skipped
  std::string read_error;
  std::set<std::string> node_names;  // bounded
  Time first;
  Time last;
  bool ended = false;  // a stop event came last
  bool judged_by_policy = false;
  std::map<std::string, std::uint64_t> lost;
  std::uint64_t closing_packets = 0;  // of conversations that ended: no findings
  std::vector<Finding> findings;      // most packets first
  std::uint64_t findings_omitted = 0;
  std::vector<DnsFinding> dns_findings;
  std::uint64_t dns_findings_omitted = 0;
  std::optional<Assumption> assumption;

  // A finding cname_only, or a chase that the resolver refused: the same outage without a packet.
  bool has_cname_only() const;
};

}  // namespace cnamedrop::explain

namespace cnamedrop::events {

template <>
struct EnumNames<explain::ClientKind> {
  static constexpr std::array<std::string_view, 8> names{
      "unknown",        "kong_legacy",     "apisix",     "lua_resty_dns_client", "netty_dns_resolver",
      "nginx_resolver", "resolver_in_pod", "application"};
};

template <>
struct EnumNames<explain::Verdict> {
  static constexpr std::array<std::string_view, 3> names{"holds", "holds_now", "fails"};
};

template <>
struct EnumNames<explain::CureKind> {
  static constexpr std::array<std::string_view, 11> names{
      "select_names",    "add_port",    "add_dns_rules",  "kong_new_client",    "kong_dns_order", "netty_cache",
      "apisix_upstream", "nginx_names", "resolver_cache", "application_lookup", "advice"};
};

template <>
struct EnumNames<explain::DnsTrouble> {
  static constexpr std::array<std::string_view, 4> names{"refused", "alias_only", "truncated", "unanswered"};
};

}  // namespace cnamedrop::events
