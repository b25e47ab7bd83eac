// SPDX-License-Identifier: Apache-2.0
// Breadth-first walks against the direction of the aliases, and plain ones along it.
#include "join/alias_graph.h"

#include <algorithm>
#include <utility>

#include "dns/answer.h"

namespace cnamedrop::join {
namespace {

constexpr std::size_t max_reached = 256;  // names in one walk
constexpr std::size_t max_depth = 32;     // aliases in a row; resolvers give up at 8 to 17
constexpr std::size_t max_origins = 8;

}  // namespace

void AliasGraph::learn(const dns::Message& answer, Time time) {
  const bool by_cname_question = answer.questions.front().type == dns::type::CNAME;
  for (const dns::Record& record : answer.answers) {
    if (!dns::is_alias(record)) continue;
    dns::Name& target = target_of_.use(record.owner);
    if (!target.empty() && target != record.target) replace(record.owner, target, time);
    target = record.target;
    longest_ttl_ = std::max(longest_ttl_.value_or(0), record.ttl);
    std::vector<Alias>& owners = owners_of_.use(record.target);
    auto alias = std::find_if(owners.begin(), owners.end(), [&](const Alias& a) { return a.owner == record.owner; });
    if (alias == owners.end()) {
      if (owners.size() >= max_owners_) {
        owners.erase(owners.begin());
        ++owners_evicted_;
      }
      alias = owners.insert(owners.end(), Alias{record.owner, time, std::nullopt, std::nullopt, std::nullopt});
    }
    alias->replaced.reset();
    (by_cname_question ? alias->by_question : alias->by_answer) = Sighting{time, record.ttl};
  }
}

// The owner has another target now: the old alias leads nowhere any more.
void AliasGraph::replace(const dns::Name& owner, const dns::Name& old_target, Time time) {
  std::vector<Alias>* owners = owners_of_.find(old_target);
  if (owners == nullptr) return;
  for (Alias& alias : *owners)
    if (alias.owner == owner) alias.replaced = time;
}

events::AliasStep AliasGraph::Alias::step_to(const dns::Name& target, Time at) const {
  const auto known_at = [at](const std::optional<Sighting>& sighting) { return sighting && sighting->seen <= at; };
  bool question = by_question.has_value();
  if (by_question && by_answer) {
    question = by_question->seen >= by_answer->seen;
    if (known_at(by_question) != known_at(by_answer)) question = known_at(by_question);
  }
  const Sighting& sighting = question ? *by_question : *by_answer;
  return {owner, target, sighting.ttl, sighting.seen, question};
}

std::vector<AliasGraph::Reached> AliasGraph::walk_back(const dns::Name& target, Time target_asked) const {
  std::vector<Reached> reached = {{target, 0, nullptr}};
  std::vector<std::size_t> depth = {0};
  for (std::size_t at = 0; at < reached.size() && reached.size() < max_reached; ++at) {
    const std::vector<Alias>* owners = owners_of_.find(reached[at].name);
    if (owners == nullptr || depth[at] >= max_depth) continue;
    for (const Alias& alias : *owners) {
      if (alias.first_seen > target_asked) continue;  // the pod could not know it yet
      if (alias.replaced && *alias.replaced <= target_asked) continue;
      const bool seen =
          std::any_of(reached.begin(), reached.end(), [&](const Reached& other) { return other.name == alias.owner; });
      if (seen) continue;
      reached.push_back({alias.owner, at, &alias});
      depth.push_back(depth[at] + 1);
    }
  }
  return reached;
}

events::Chase AliasGraph::chase_from(const std::vector<Reached>& reached, std::size_t origin, Time target_asked,
                                     const AskedName& asked) {
  events::Chase chase;
  chase.origin = reached[origin].name;
  chase.credited = reached.front().name;
  chase.origin_asked = asked.last;
  chase.origin_qtype = asked.last_type;
  bool all_by_question = true;
  for (std::size_t at = origin; at != 0; at = reached[at].next) {
    const events::AliasStep& step =
        chase.chain.emplace_back(reached[at].alias->step_to(reached[reached[at].next].name, target_asked));
    all_by_question = all_by_question && step.by_cname_question;
    if (later(step.seen, step.ttl) < target_asked) chase.aliases_live = false;
  }
  chase.how = all_by_question ? events::ChaseHow::Asked : events::ChaseHow::Cached;
  return chase;
}

// An alias onto the name was known by then.
bool AliasGraph::leads_to(const dns::Name& name, Time time) const {
  const std::vector<Alias>* owners = owners_of_.find(name);
  return owners != nullptr &&
         std::any_of(owners->begin(), owners->end(), [&](const Alias& alias) { return alias.first_seen <= time; });
}

std::vector<AliasGraph::FoundChase> AliasGraph::chases_to(const dns::Name& target, Time target_asked,
                                                          const QuestionTable& questions) const {
  const std::vector<Reached> reached = walk_back(target, target_asked);
  std::vector<FoundChase> chases;
  std::size_t starts = 0;
  for (std::size_t at = 1; at < reached.size() && starts < max_origins; ++at) {
    const AskedName* asked = questions.asked(reached[at].name);
    if (asked == nullptr || asked->first > target_asked) continue;
    const bool is_start = !leads_to(reached[at].name, asked->first);
    if (is_start) ++starts;
    chases.push_back({chase_from(reached, at, target_asked, *asked), is_start, asked->cgroup_ids});
  }
  const bool any_start =
      std::any_of(chases.begin(), chases.end(), [](const FoundChase& found) { return found.is_start; });
  if (!chases.empty() && !any_start) chases.back().is_start = true;
  return chases;
}

// A cycle is walked until the depth ends it.
std::vector<dns::Name> AliasGraph::targets_behind(const dns::Name& name) const {
  std::vector<dns::Name> targets;
  const dns::Name* next = target_of_.find(name);
  while (next != nullptr && targets.size() < max_depth) {
    targets.push_back(*next);
    next = target_of_.find(*next);
  }
  return targets;
}

}  // namespace cnamedrop::join
