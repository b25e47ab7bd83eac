// Traces to explain: told as join_trace.h tells them, or recorded in the lab. For tests of explain.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event_files/event_reader.h"
#include "explain/explainer.h"
#include "join_trace.h"
#include "policy/policy.h"

namespace cnamedrop::explain {

using join::a;
using join::aaaa;
using join::ak;
using join::cname;
using join::login;
using join::mso;
using join::www;

inline const std::string traces = TEST_DATA_DIR "/traces/";
inline const std::string lab_policy = TEST_DATA_DIR "/policies/kong.yaml";

inline std::shared_ptr<const policy::Policy> policy_of(const std::string& text) {
  return std::make_shared<policy::Policy>(*policy::load_policy_text(text, "policy.yaml"));
}
inline std::shared_ptr<const policy::Policy> policy_file(const std::string& path) {
  return std::make_shared<policy::Policy>(*policy::load_policy_file(path));
}

inline Options judged_by(std::shared_ptr<const policy::Policy> policy) { return {{}, std::move(policy), std::nullopt}; }
inline Options judged_by_name(const dns::Name& name) {
  policy::Policy policy;
  policy.selectors.push_back(*policy::selector_from_name(name));
  return judged_by(std::make_shared<policy::Policy>(std::move(policy)));
}
inline Options assuming(const std::string& order, Options options = {}) {
  options.assumed_order = *parse_order(order);
  return options;
}

inline Report explain_file(const std::string& path, const Options& options = {}) {
  Result<event_files::EventReader> reader = event_files::EventReader::open(path);
  Explainer explainer(options);
  while (auto event = reader->next()) explainer.take(*std::move(event));
  return explainer.finish();
}

// A trace told in sentences, as an event file would hold it: each event with the identity of its pod.
class Recording {
 public:
  explicit Recording(const Options& options = {}) : explainer_(options) {
    see(events::Started{"", "", "", {}, {53}, 0}, 0);
  }

  // Seconds since the start of the trace; a look-up takes 1 ms more.
  void at(double seconds) { now_ = join::noon + static_cast<Time>(seconds * 1e9); }

  void ask(const dns::Name& name, std::uint16_t type, std::uint64_t cgroup = 1) {
    see(join::question(name, type, cgroup), cgroup);
  }
  void look_up(const dns::Name& name, std::uint16_t type, std::vector<dns::Record> records,
               std::uint16_t rcode = dns::rcode::NOERROR, std::uint64_t cgroup = 1) {
    ask(name, type, cgroup);
    now_ += join::latency;
    see(join::answer_to(join::question(name, type, cgroup), std::move(records), rcode), cgroup);
  }
  void truncated_answer(const dns::Name& name, std::uint16_t type) {
    ask(name, type);
    events::DnsSeen answer = join::answer_to(join::question(name, type), {});
    answer.message.truncated = true;
    see(answer, 1);
  }
  void ask_over_tcp(const dns::Name& name, std::uint16_t type) {
    events::DnsSeen question = join::question(name, type);
    question.protocol = events::protocol::TCP;
    see(question, 1);
    see(join::answer_to(question, {}), 1);
  }

  // Any client: the whole chain inside one answer.
  void ask_alias(std::uint32_t cname_ttl, std::uint32_t address_ttl) {
    look_up(login, dns::type::A, {cname(login, cname_ttl, www), a(www, address_ttl)});
  }
  void ask_target(std::uint32_t address_ttl, std::uint64_t cgroup = 1) {
    look_up(www, dns::type::A, {a(www, address_ttl)}, dns::rcode::NOERROR, cgroup);
  }
  // Alias by alias, as lua-resty-dns-client does.
  void chase(std::uint32_t cname_ttl, std::uint32_t address_ttl, std::uint64_t cgroup = 1) {
    look_up(login, dns::type::CNAME, {cname(login, cname_ttl, www)}, dns::rcode::NOERROR, cgroup);
    ask_target(address_ttl, cgroup);
  }

  void drop(const std::string& ip = join::address, std::uint16_t local_port = 40000, std::uint64_t cgroup = 1) {
    events::Dropped drop = join::syn_to(ip, 443, cgroup);
    drop.local.port = local_port;
    see(drop, cgroup);
  }
  void see(events::Observation observation, std::uint64_t cgroup) {
    events::Event event;
    event.observation = std::move(observation);
    event.node_name = "node-1";
    event.cgroup_id = cgroup;
    if (cgroup != 0) event.pod = join::container("uid" + std::to_string(cgroup), "c1");
    explainer_.take(std::move(event));
  }
  template <typename What>
  void see(What what, std::uint64_t cgroup) {
    see(events::Observation{now_, std::move(what)}, cgroup);
  }

  Report report() { return explainer_.finish(); }

 private:
  Explainer explainer_;
  Time now_ = join::noon;
};

inline std::vector<CureKind> kinds_of(const std::vector<Cure>& cures) {
  std::vector<CureKind> kinds;
  for (const Cure& cure : cures) kinds.push_back(cure.kind);
  return kinds;
}

inline std::vector<events::CauseKind> kinds_of(const std::vector<Finding>& findings) {
  std::vector<events::CauseKind> kinds;
  for (const Finding& finding : findings) kinds.push_back(finding.kind);
  return kinds;
}

// Of the first finding; one of its kind that says nothing if there is none.
inline Cure cure_of(const Report& report, CureKind kind) {
  for (const Finding& finding : report.findings)
    for (const Cure& cure : finding.cures)
      if (cure.kind == kind) return cure;
  return {kind, Verdict::Fails, "not offered", "", ""};
}

}  // namespace cnamedrop::explain
