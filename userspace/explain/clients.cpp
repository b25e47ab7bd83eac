// SPDX-License-Identifier: Apache-2.0
// Only lua-resty-dns-client asks CNAME questions on its way to an address. Kong's order begins with SRV, APISIX' has
// AAAA instead. Netty keeps aliases and asks for the last of them; nginx asks again when it was given aliases only.
#include "explain/clients.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "dns/answer.h"

namespace cnamedrop::explain {
namespace {

constexpr std::array<std::uint16_t, 4> asked_types = {dns::type::SRV, dns::type::A, dns::type::AAAA, dns::type::CNAME};
constexpr std::size_t srv = 0;
constexpr std::size_t aaaa = 2;
constexpr std::size_t cname = 3;

bool holds_address(const dns::Message& answer) { return std::ranges::any_of(answer.answers, dns::is_address); }

bool asks_for_address(const dns::Question& question) {
  return question.type == dns::type::A || question.type == dns::type::AAAA;
}

// "SRV, A, CNAME": in the order in which they were first asked.
std::string types_in_order(const std::array<Time, 4>& first_asked) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < first_asked.size(); ++i)
    if (first_asked[i] != Time{}) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return first_asked[a] < first_asked[b]; });
  std::string text;
  for (const std::size_t i : order) (text += text.empty() ? "" : ", ") += dns::rr_type_to_string(asked_types[i]);
  return text;
}

}  // namespace

void QuestionHabits::Habit::merge(const Habit& other) {
  for (std::size_t i = 0; i < first_asked.size(); ++i) {
    const Time theirs = other.first_asked[i];
    if (theirs != Time{} && (first_asked[i] == Time{} || theirs < first_asked[i])) first_asked[i] = theirs;
  }
  alias_only = alias_only || other.alias_only;
}

void QuestionHabits::take(const std::string& pod, const dns::Message& message, Time time) {
  if (message.questions.empty()) return;
  const dns::Question& question = message.questions.front();
  PodHabits& names = pods_.use(pod, max_names);
  if (message.response) {
    Habit* habit = names.find(question.name);
    if (habit == nullptr || message.rcode != dns::rcode::NOERROR || message.truncated || message.cut) return;
    if (asks_for_address(question) && !message.answers.empty() && !holds_address(message)) habit->alias_only = true;
    return;
  }
  const auto type = std::find(asked_types.begin(), asked_types.end(), question.type);
  if (type == asked_types.end()) return;
  Time& first = names.use(question.name).first_asked[static_cast<std::size_t>(type - asked_types.begin())];
  if (first == Time{}) first = time;
}

// With what was asked for the name behind search domains: names end in a dot, so these begin with the whole name.
QuestionHabits::Habit QuestionHabits::habit_of(const PodHabits& names, const dns::Name& name, bool& searched) const {
  Habit habit;
  for (const auto& [asked, theirs] : names) {
    if (!asked.starts_with(name)) continue;
    habit.merge(theirs);
    searched = searched || asked.size() > name.size();
  }
  return habit;
}

Client QuestionHabits::client_of(const std::string& pod, const events::Chase& chase) const {
  const PodHabits* names = pods_.find(pod);
  if (names == nullptr) return {};
  bool searched = false;
  const Habit origin = habit_of(*names, chase.origin, searched);
  const std::string asked = types_in_order(origin.first_asked) + " for the name";
  if (origin.first_asked[cname] != Time{}) {
    const std::string evidence =
        "it asked " + asked + (searched ? ", through the search list," : "") + " and CNAME questions along the chain";
    if (origin.first_asked[srv] != Time{}) return {ClientKind::KongLegacy, evidence};
    if (origin.first_asked[aaaa] != Time{}) return {ClientKind::Apisix, evidence};
    return {ClientKind::LuaRestyDnsClient, evidence};
  }
  if (origin.alias_only)
    return {ClientKind::NginxResolver, "it asked " + asked + ", was given an alias alone, and asked for its target"};
  if (chase.how == events::ChaseHow::Cached)
    return {ClientKind::NettyDnsResolver, "it asked " + asked + ", and later for the alias' target alone"};
  return {};
}

}  // namespace cnamedrop::explain
