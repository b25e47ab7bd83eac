// SPDX-License-Identifier: Apache-2.0
// Traces told as story.h tells them, and what Cilium would have listed beside them. For tests of fqdn.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "fqdn/cilium_cache.h"
#include "fqdn/comparison.h"
#include "fqdn/trace_cache.h"
#include "story.h"

namespace cnamedrop::fqdn {

using join::a;
using join::aaaa;
using join::cname;
using join::login;
using join::www;

// What pods of cgroup 1, 2 ... ask and are answered; they are kong/kong-uid1, kong/kong-uid2 ... The trace begins at
// 12:00:00 on 2026-03-01.
class Recording : public join::Story<Recording> {
 public:
  explicit Recording(TraceOptions options = {}) : cache(std::move(options)) { begin(); }

  void tell(events::Observation observation) {
    observation.pod = join::pod_of_cgroup(events::cgroup_id(observation));
    events::Event event;
    event.observation = std::move(observation);
    cache.take(std::move(event));
  }

  // Something happens then, so that the trace lasts until then.
  void last_until(double seconds) {
    at(seconds);
    see(events::Stopped{"signal", {}});
  }

  void look_up_at(const dns::Endpoint& resolver, std::uint8_t protocol, const dns::Name& name,
                  std::vector<dns::Record> records) {
    events::DnsSeen question = join::question(name, dns::type::A);
    question.resolver = resolver;
    question.protocol = protocol;
    answer(question, std::move(records));
  }
  void look_up_a(const dns::Name& name, std::uint32_t ttl, const std::string& ip = join::address,
                 std::uint64_t cgroup = 1) {
    look_up(name, dns::type::A, {a(name, ttl, ip)}, dns::rcode::NOERROR, cgroup);
  }
  // Alias by alias, as Kong does from its second resolution on.
  void chase(std::uint32_t ttl) {
    look_up(login, dns::type::CNAME, {cname(login, ttl, www)});
    look_up_a(www, ttl);
  }

  TraceCache cache;
};

inline TraceOptions with(const join::Settings& settings) { return {settings, std::nullopt, ""}; }

// Rows of `cilium-dbg fqdn cache list -o json`, without the brackets.
inline Comparison compare_with(const Recording& recording, const std::string& rows,
                               std::optional<std::uint64_t> endpoint = std::nullopt) {
  return compare(recording.cache, choose_endpoint(*read_cache("[" + rows + "]", "cilium.json"), endpoint));
}

// Times are those of the day of the trace: "12:00:30.000".
inline std::string row(const std::string& name, const std::string& ips, int ttl, const std::string& looked_up,
                       const std::string& expires, int endpoint = 754, const std::string& source = "lookup") {
  return R"({"endpoint-id":)" + std::to_string(endpoint) + R"(,"expiration-time":"2026-03-01T)" + expires +
         R"(Z","fqdn":")" + name + R"(","ips":[)" + ips + R"(],"lookup-time":"2026-03-01T)" + looked_up +
         R"(Z","source":")" + source + R"(","ttl":)" + std::to_string(ttl) + "}";
}

inline constexpr const char* ip = "\"20.190.151.134\"";
inline constexpr const char* other_ip = "\"192.0.2.1\"";

// The kind and the reason of the only difference.
inline testing::Matcher<const std::vector<Difference>&> OneIs(DifferenceKind kind, testing::Matcher<std::string> why) {
  using testing::Field;
  return testing::ElementsAre(testing::AllOf(Field(&Difference::kind, kind), Field(&Difference::why, why)));
}

}  // namespace cnamedrop::fqdn
