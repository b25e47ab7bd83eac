// Which names a pod learned to be aliases of which, and from which names it came to the one that it asked in the end.
#pragma once

#include <cstdint>
#include <vector>

#include "dns/message.h"
#include "events/event.h"
#include "events/observation.h"
#include "bounded_map.h"
#include "join/question_table.h"
#include "join/settings.h"

namespace cnamedrop::join {

class AliasGraph {
 public:
  explicit AliasGraph(const Settings& settings)
      : max_owners_(settings.max_owners_per_name), owners_of_(settings.max_aliased_names) {}

  // Takes the CNAME records of an answer that the pod asked for.
  void learn(const dns::Message& answer, events::Time time);

  // Every name that the pod had asked for, and from which the aliases that it knew when it asked for target lead there;
  // of those on one way only the farthest. Cycles end a walk; at most 8 origins, 32 aliases apart.
  std::vector<events::Chase> chases_to(const dns::Name& target, events::Time target_asked,
                                       const QuestionTable& questions) const;

  std::uint64_t evicted() const { return owners_of_.evicted() + owners_evicted_; }

 private:
  struct Alias {
    dns::Name owner;
    events::Time first_seen = 0;
    events::Time last_seen = 0;
    std::uint32_t ttl = 0;
    bool by_cname_question = false;  // how it was revealed last
  };
  // A name that a backward walk from the target reached, and the alias that leads on from it.
  struct Reached {
    dns::Name name;
    std::size_t next = 0;  // index of the name that the alias points to; the target is its own
    const Alias* alias = nullptr;
    bool passed = false;  // a farther origin's way leads through it
  };

  std::vector<Reached> walk_back(const dns::Name& target, events::Time target_asked) const;
  static events::Chase chase_from(const std::vector<Reached>& reached, std::size_t origin, events::Time target_asked,
                                  const AskedName& asked);

  std::size_t max_owners_;
  BoundedMap<dns::Name, std::vector<Alias>> owners_of_;  // by target
  std::uint64_t owners_evicted_ = 0;
};

}  // namespace cnamedrop::join
