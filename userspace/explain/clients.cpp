// SPDX-License-Identifier: Apache-2.0
// Seen on the wire: only Kong's resolver asks SRV; lua-resty-dns-client goes through the search list although the name
// itself was answered; Netty asks CNAME questions for search names alone; nginx asks for the name each time.
#include "explain/clients.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "dns/answer.h"

namespace cnamedrop::explain {
namespace {

constexpr std::array<std::uint16_t, 4> asked_types = {dns::type::SRV, dns::type::A, dns::type::AAAA, dns::type::CNAME};
constexpr std::size_t srv = 0;
constexpr std::size_t a = 1;
constexpr std::size_t aaaa = 2;
constexpr std::size_t cname = 3;

bool holds_address(const dns::Message& answer) { return std::ranges::any_of(answer.answers, dns::is_address); }

void note_first(Time& first, Time time) {
  if (first == Time{} || time < first) first = time;
}

}  // namespace

struct QuestionHabits::Signs {
  Habit name;    // of the origin itself
  Habit search;  // of the origin with search domains, all of them together
  bool cached = false;

  bool asked(std::size_t type) const { return name.first_asked[type] != Time{} || search.first_asked[type] != Time{}; }
  bool asked_name(std::size_t type) const { return name.first_asked[type] != Time{}; }
  bool asks_along_chain() const { return asked_name(cname); }
  bool asks_search_for_cname() const { return search.first_asked[cname] != Time{} && !asked_name(cname); }

  // The search list was gone through after the name itself had been answered: nobody else does.
  bool searches_in_spite_of_answer() const {
    for (const std::size_t type : {a, aaaa}) {
      const Time answered = name.first_address[type];
      if (answered != Time{} && search.first_asked[type] > answered && name.first_asked[type] < answered) return true;
    }
    return false;
  }
  bool asks_addresses_first() const {
    return asked_name(a) && (!asked(srv) || name.first_asked[a] < std::min(first(srv), first(cname)));
  }
  Time first(std::size_t type) const {
    const Time times[] = {name.first_asked[type], search.first_asked[type]};
    Time earliest = Time::max();
    for (const Time time : times)
      if (time != Time{}) earliest = std::min(earliest, time);
    return earliest;
  }
  bool is_answered_with_aliases_alone() const {
    return name.alias_only && name.first_address[a] == Time{} && name.first_address[aaaa] == Time{};
  }
  // "SRV, A, CNAME": in the order in which they were first asked.
  std::string types_text() const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < types; ++i)
      if (asked(i)) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return first(x) < first(y); });
    std::string text;
    for (const std::size_t i : order) (text += text.empty() ? "" : ", ") += dns::rr_type_to_string(asked_types[i]);
    return text;
  }
};

void QuestionHabits::take(const std::string& pod, const events::DnsSeen& seen, Time time) {
  const dns::Message& message = seen.message;
  if (message.questions.empty()) return;
  const dns::Question& question = message.questions.front();
  const auto found = std::find(asked_types.begin(), asked_types.end(), question.type);
  if (found == asked_types.end()) return;
  const auto type = static_cast<std::size_t>(found - asked_types.begin());
  PodHabits& names = pods_.use(pod, max_names);
  if (!message.response) {
    Habit& habit = names.use(question.name);
    note_first(habit.first_asked[type], time);
    if (type == a) ++habit.lookups;
    habit.in_pod = habit.in_pod || dns::is_loopback(seen.resolver.address);
    return;
  }
  Habit* habit = names.find(question.name);
  if (habit == nullptr || message.rcode != dns::rcode::NOERROR || message.truncated || message.cut) return;
  if (holds_address(message))
    note_first(habit->first_address[type], time);
  else if (type == a && !message.answers.empty())
    habit->alias_only = true;
}

QuestionHabits::Signs QuestionHabits::signs_of(const PodHabits& names, const events::Chase& chase) {
  Signs signs;
  signs.cached = chase.how == events::ChaseHow::Cached;
  for (const auto& [asked, theirs] : names) {
    if (!asked.starts_with(chase.origin)) continue;  // names end in a dot
    Habit& into = asked.size() == chase.origin.size() ? signs.name : signs.search;
    for (std::size_t i = 0; i < types; ++i) {
      if (theirs.first_asked[i] != Time{}) note_first(into.first_asked[i], theirs.first_asked[i]);
      if (theirs.first_address[i] != Time{}) note_first(into.first_address[i], theirs.first_address[i]);
    }
    into.lookups += theirs.lookups;
    into.alias_only = into.alias_only || theirs.alias_only;
    into.in_pod = into.in_pod || theirs.in_pod;
  }
  return signs;
}

Client QuestionHabits::client_of(const std::string& pod, const events::Chase& chase) const {
  const PodHabits* names = pods_.find(pod);
  if (names == nullptr) return {};
  const Signs signs = signs_of(*names, chase);
  const std::string asked = "it asked " + signs.types_text() + " for the name";
  const bool a_first = signs.asks_addresses_first();
  const auto known = [&](ClientKind kind, const std::string& sign) {
    return Client{kind, asked + sign, {}, "", a_first};
  };
  const auto unknown = [&](std::vector<ClientKind> candidates, std::string tell_apart) {
    return Client{ClientKind::Unknown, asked, std::move(candidates), std::move(tell_apart), a_first};
  };
  if (signs.name.in_pod)
    return known(ClientKind::ResolverInPod, " over loopback: a resolver inside the pod looks it up");
  if (signs.asked(srv)) return known(ClientKind::KongLegacy, ": of these clients Kong's resolver alone asks SRV");
  if (signs.asks_search_for_cname())
    return known(ClientKind::NettyDnsResolver, ", and CNAME questions for its search names alone");
  if (signs.searches_in_spite_of_answer() ||
      (signs.asks_along_chain() && (signs.asked_name(a) || signs.asked_name(aaaa)))) {
    const char* sign = signs.asks_along_chain() ? ", and CNAME questions along the chain"
                                                : ", and went through the search list although it was answered";
    return known(signs.asked(aaaa) ? ClientKind::Apisix : ClientKind::LuaRestyDnsClient, sign);
  }
  if (signs.asks_along_chain())
    return unknown({ClientKind::KongLegacy, ClientKind::Apisix, ClientKind::Application},
                   "a trace from the start of the client: Kong and APISIX then ask for addresses of the name first, an "
                   "application that walks aliases never does");
  if (signs.is_answered_with_aliases_alone()) {
    if (signs.name.lookups > 1)
      return known(ClientKind::NginxResolver, " each time, was given aliases alone, and asked for what they lead to");
    return unknown({ClientKind::NginxResolver, ClientKind::NettyDnsResolver},
                   "a second look-up: nginx asks for the name again, Netty for the last alias alone");
  }
  if (!signs.cached) return {};
  return unknown({ClientKind::NettyDnsResolver, ClientKind::LuaRestyDnsClient, ClientKind::ResolverInPod},
                 "a trace from the start of the client, with its search list, and with its DNS over loopback");
}

}  // namespace cnamedrop::explain
