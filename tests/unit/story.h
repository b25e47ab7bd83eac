// SPDX-License-Identifier: Apache-2.0
// A trace told in sentences: what pods ask, what they are answered, what is dropped. It knows the founding case by
// heart. For tests of whatever takes observations: the join, explain and fqdn each say how by tell().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "join/join.h"

namespace cnamedrop::join {

inline const dns::Name login = "login.microsoftonline.com.";
inline const dns::Name mso = "login.mso.msidentity.com.";
inline const dns::Name ak = "ak.privatelink.msidentity.com.";
inline const dns::Name www = "www.tm.ak.prd.aadg.trafficmanager.net.";
inline constexpr const char* address = "20.190.151.134";

inline constexpr Time noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);
inline constexpr Duration latency = std::chrono::milliseconds(1);

inline const auto node_1 = std::make_shared<const events::TraceId>(events::TraceId{"node-1", "t1"});

inline dns::Endpoint endpoint(const std::string& ip, std::uint16_t port) { return {*dns::parse_ip(ip), port}; }

inline dns::Record a(const dns::Name& owner, std::uint32_t ttl, const std::string& ip = address) {
  return {owner, dns::type::A, dns::class_in, ttl, {*dns::parse_ip(ip)}, ""};
}
inline dns::Record aaaa(const dns::Name& owner, std::uint32_t ttl, const std::string& ip) {
  return {owner, dns::type::AAAA, dns::class_in, ttl, {*dns::parse_ip(ip)}, ""};
}
inline dns::Record cname(const dns::Name& owner, std::uint32_t ttl, const dns::Name& target) {
  return {owner, dns::type::CNAME, dns::class_in, ttl, {}, target};
}

inline events::DnsSeen question(const dns::Name& name, std::uint16_t type, std::uint64_t cgroup = 1) {
  events::DnsSeen seen;
  seen.cgroup_id = cgroup;
  seen.local = endpoint("10.0.0.2", 41746);
  seen.resolver = endpoint("10.96.0.10", 53);
  seen.message.id = 11734;
  seen.message.questions = {{name, type, dns::class_in}};
  return seen;
}

inline events::DnsSeen answer_to(events::DnsSeen seen, std::vector<dns::Record> records,
                                 std::uint16_t rcode = dns::rcode::NOERROR) {
  seen.message.response = true;
  seen.message.rcode = rcode;
  seen.message.answers = std::move(records);
  return seen;
}

inline events::Dropped syn_to(const std::string& ip, std::uint16_t port = 443, std::uint64_t cgroup = 1) {
  events::Dropped drop;
  drop.cgroup_id = cgroup;
  drop.protocol = events::protocol::TCP;
  drop.local = endpoint("10.0.0.2", 40000);
  drop.remote = endpoint(ip, port);
  drop.tcp_flags = 2;
  return drop;
}

inline pods::Pod container(const std::string& uid, const std::string& id) {
  return {uid, "kong", "kong-" + uid, id, "", "containerd", "/kubepods/" + uid + "/" + id};
}
// As an event file tells whose cgroup N is: kong/kong-uidN.
inline std::shared_ptr<const pods::Pod> pod_of_cgroup(std::uint64_t cgroup) {
  return cgroup == 0 ? nullptr : std::make_shared<const pods::Pod>(container("uid" + std::to_string(cgroup), "c1"));
}

// Teller: the class that derives from this one. Its tell(Observation) takes what happened; what that returns is what
// the sentences return.
template <typename Teller>
class Story {
 public:
  // Seconds since the start of the trace; a look-up takes 1 ms more.
  void at(double seconds) { now_ = noon + std::chrono::round<Duration>(std::chrono::duration<double>(seconds)); }

  template <typename What>
  auto see(What what) {
    return tell({now_, std::move(what)});
  }
  // From here on it is this trace that is told.
  void on(std::shared_ptr<const events::TraceId> trace) { trace_ = std::move(trace); }
  void begin() { see(events::Started{"", "", "", {}, {53}, {}, {}, 0}); }

  void ask(const dns::Name& name, std::uint16_t type, std::uint64_t cgroup = 1) { see(question(name, type, cgroup)); }

  auto look_up(const dns::Name& name, std::uint16_t type, std::vector<dns::Record> records,
               std::uint16_t rcode = dns::rcode::NOERROR, std::uint64_t cgroup = 1) {
    return answer(question(name, type, cgroup), std::move(records), rcode);
  }
  // The question as it was asked, and its answer.
  auto answer(const events::DnsSeen& asked, std::vector<dns::Record> records,
              std::uint16_t rcode = dns::rcode::NOERROR) {
    see(asked);
    now_ += latency;
    return see(answer_to(asked, std::move(records), rcode));
  }

  void deny(const dns::Name& name, std::uint16_t type) { look_up(name, type, {}, dns::rcode::NXDOMAIN); }

  // Any client: the whole chain inside one answer.
  void ask_alias(std::uint32_t cname_ttl, std::uint32_t address_ttl) {
    look_up(login, dns::type::A,
            {cname(login, cname_ttl, mso), cname(mso, cname_ttl, ak), cname(ak, cname_ttl, www), a(www, address_ttl)});
  }
  void ask_target(std::uint32_t address_ttl) { look_up(www, dns::type::A, {a(www, address_ttl)}); }

  // Kong, from the second resolution on: the search list and then the chain, name by name.
  void chase_as_kong(std::uint32_t cname_ttl, std::uint32_t address_ttl) {
    for (const char* domain : {"kong.svc.cluster.local.", "svc.cluster.local.", "cluster.local."})
      deny(login + domain, dns::type::CNAME);
    chase(login, mso, cname_ttl);
    chase(mso, ak, cname_ttl);
    chase(ak, www, cname_ttl);
    look_up(www, dns::type::CNAME, {});
    ask_target(address_ttl);
  }
  void chase(const dns::Name& owner, const dns::Name& target, std::uint32_t ttl) {
    look_up(owner, dns::type::CNAME, {cname(owner, ttl, target)});
  }

  // Along far0. -> far1. -> ... -> farN.
  void chase_far(int aliases) {
    for (int i = 0; i < aliases; ++i) chase("far" + std::to_string(i) + ".", "far" + std::to_string(i + 1) + ".", 60);
  }

  // host0.example. is 10.0.0.0, host1.example. is 10.0.0.1...; or all addresses are those of one name.
  void learn_addresses(unsigned count, const dns::Name& one_name = "") {
    for (unsigned i = 0; i < count; ++i) {
      const dns::Name name = one_name.empty() ? "host" + std::to_string(i) + ".example." : one_name;
      const std::string low = std::to_string(i >> 8) + "." + std::to_string(i & 255);
      look_up(name, dns::type::A, {a(name, 3600, "10.0." + low)});
    }
  }

  // "ab": the address for a. and then for b.
  void learn_names(std::string_view letters) {
    for (const char letter : letters)
      look_up(std::string{letter, '.'}, dns::type::A, {a(std::string{letter, '.'}, 60)});
  }

 private:
  auto tell(events::Observation observation) {
    observation.trace = trace_;
    return static_cast<Teller*>(this)->tell(std::move(observation));
  }

  Time now_ = noon;
  std::shared_ptr<const events::TraceId> trace_ = node_1;
};

inline std::vector<dns::Name> names_of(const std::vector<events::Credit>& credits) {
  std::vector<dns::Name> names;
  for (const events::Credit& credit : credits) names.push_back(credit.name);
  return names;
}

inline std::vector<dns::Name> origins_of(const events::Cause& cause) {
  std::vector<dns::Name> origins;
  for (const events::Chase& chase : cause.chases) origins.push_back(chase.origin);
  return origins;
}

}  // namespace cnamedrop::join
