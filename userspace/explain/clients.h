// SPDX-License-Identifier: Apache-2.0
// Which DNS client is it that chases aliases? Told by signs in the questions, each of which excludes somebody. What the
// questions cannot tell apart stays unknown, with the candidates.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "events/event.h"
#include "explain/report.h"
#include "types/bounded_map.h"

namespace cnamedrop::explain {

class QuestionHabits {
 public:
  QuestionHabits() : pods_(max_pods) {}

  // Takes a question of the pod or an answer that it received.
  void take(const std::string& pod, const events::DnsSeen& seen, Time time);

  // Who asks like that for the names of this chase.
  Client client_of(const std::string& pod, const events::Chase& chase) const;

 private:
  static constexpr std::size_t max_pods = 1024;
  static constexpr std::size_t max_names = 2048;
  static constexpr std::size_t types = 4;

  // What was asked for one name.
  struct Habit {
    std::array<Time, types> first_asked{};    // by asked_types; the epoch: never
    std::array<Time, types> first_address{};  // the first answer to such a question that held an address
    std::uint64_t lookups = 0;                // questions for A
    bool alias_only = false;                  // a question for A was answered with aliases and no address
    bool in_pod = false;                      // asked of a resolver inside the pod
  };
  // Those of a chase: what the client table looks at.
  struct Signs;
  using PodHabits = BoundedMap<dns::Name, Habit>;

  static Signs signs_of(const PodHabits& names, const events::Chase& chase);

  BoundedMap<std::string, PodHabits> pods_;
};

}  // namespace cnamedrop::explain
