// SPDX-License-Identifier: Apache-2.0
// Traces to explain: told as story.h tells them, or recorded in the lab. For tests of explain.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event_files/event_reader.h"
#include "explain/explainer.h"
#include "policy/policy.h"
#include "story.h"

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
  policy.names.push_back(*policy::selector_from_name(name));
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

// A story as an event file would hold it: each event with the identity of its pod.
class Recording : public join::Story<Recording> {
 public:
  explicit Recording(const Options& options = {}) : explainer_(options) { begin(); }

  void tell(events::Observation observation) {
    observation.pod = join::pod_of_cgroup(events::cgroup_id(observation));
    events::Event event;
    event.observation = std::move(observation);
    explainer_.take(std::move(event));
  }

  void truncated_answer(const dns::Name& name, std::uint16_t type) {
    ask(name, type);
    events::DnsSeen answer = join::answer_to(join::question(name, type), {});
    answer.message.truncated = true;
    see(answer);
  }
  void ask_over_tcp(const dns::Name& name, std::uint16_t type) {
    events::DnsSeen question = join::question(name, type);
    question.protocol = events::protocol::TCP;
    see(question);
    see(join::answer_to(question, {}));
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

  // local_port: 0 for the SYN of a connection of its own.
  void drop(const std::string& ip = join::address, std::uint16_t local_port = 0, std::uint64_t cgroup = 1) {
    events::Dropped drop = join::syn_to(ip, 443, cgroup);
    drop.local.port = local_port != 0 ? local_port : next_port_++;
    see(drop);
  }

  Report report() { return explainer_.finish(); }

 private:
  Explainer explainer_;
  std::uint16_t next_port_ = 50000;
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
