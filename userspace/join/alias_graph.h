// SPDX-License-Identifier: Apache-2.0
// Which names a pod learned to be aliases of which, and from which names it came to the one that it asked in the end.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dns/message.h"
#include "events/event.h"
#include "events/observation.h"
#include "join/question_table.h"
#include "join/settings.h"
#include "types/bounded_map.h"

namespace cnamedrop::join {

class AliasGraph {
 public:
  explicit AliasGraph(const Settings& settings)
      : max_owners_(settings.max_owners_per_name),
        owners_of_(settings.max_aliased_names),
        target_of_(settings.max_aliased_names) {}

  // Takes the CNAME records of an answer that the pod asked for.
  void learn(const dns::Message& answer, Time time);

  // A name that the pod had asked for, and the aliases from there to the target that it knew when it asked for that.
  struct FoundChase {
    events::Chase chase;
    // The pod asked for the origin before any alias led to it; else it may be a step of a chase from farther away.
    bool is_start = false;
    std::vector<std::uint64_t> asked_by = {};  // cgroup ids
  };

  // The nearest first. Cycles end a walk; at most 8 origins, 32 aliases apart.
  std::vector<FoundChase> chases_to(const dns::Name& target, Time target_asked, const QuestionTable& questions) const;

  // The names that the name leads to by the aliases learned last, the nearest first.
  std::vector<dns::Name> targets_behind(const dns::Name& name) const;

  // The longest TTL of an alias so far, in seconds; none: no alias was seen.
  std::optional<std::uint32_t> longest_ttl() const { return longest_ttl_; }

  std::uint64_t evicted() const { return owners_of_.evicted() + target_of_.evicted() + owners_evicted_; }

 private:
  struct Sighting {
    Time seen;
    std::uint32_t ttl = 0;
  };
  // Keeps the last sighting of each kind apart: another container's lookup of the other kind must not change how this
  // one's seems to have come about.
  struct Alias {
    dns::Name owner;
    Time first_seen;
    std::optional<Time> replaced = {};    // since then the owner leads elsewhere
    std::optional<Sighting> by_question;  // in the answer to a CNAME question
    std::optional<Sighting> by_answer;    // inside the answer to another question

    // The alias as the pod knew it at that time; if it was seen again since, as it was seen then.
    events::AliasStep step_to(const dns::Name& target, Time at) const;
  };
  // A name that a backward walk from the target reached, and the alias that leads on from it.
  struct Reached {
    dns::Name name;
    std::size_t next = 0;  // index of the name that the alias points to; the target is its own
    const Alias* alias = nullptr;
  };

  void replace(const dns::Name& owner, const dns::Name& old_target, Time time);
  bool leads_to(const dns::Name& name, Time time) const;
  std::vector<Reached> walk_back(const dns::Name& target, Time target_asked) const;
  static events::Chase chase_from(const std::vector<Reached>& reached, std::size_t origin, Time target_asked,
                                  const AskedName& asked);

  std::size_t max_owners_;
  BoundedMap<dns::Name, std::vector<Alias>> owners_of_;  // by target
  BoundedMap<dns::Name, dns::Name> target_of_;           // a name has one CNAME at a time (RFC 1034 section 3.6.2)
  std::uint64_t owners_evicted_ = 0;
  std::optional<std::uint32_t> longest_ttl_;
};

}  // namespace cnamedrop::join
