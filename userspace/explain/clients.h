// SPDX-License-Identifier: Apache-2.0
// Which DNS client is it that chases aliases? Told by the questions that it asks, no others ask like that.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "events/event.h"
#include "explain/report.h"
#include "types/bounded_map.h"

namespace cnamedrop::explain {

class QuestionHabits {
 public:
  QuestionHabits() : pods_(max_pods) {}

  // Takes a question of the pod or an answer that it received.
  void take(const std::string& pod, const dns::Message& message, Time time);

  // Who asks like that for the names of this chase.
  Client client_of(const std::string& pod, const events::Chase& chase) const;

 private:
  static constexpr std::size_t max_pods = 1024;
  static constexpr std::size_t max_names = 2048;

  struct Habit {
    std::array<Time, 4> first_asked{};  // by asked_types; the epoch: never
    bool alias_only = false;            // an address question was answered with aliases and no address

    void merge(const Habit& other);
  };
  using PodHabits = BoundedMap<dns::Name, Habit>;

  Habit habit_of(const PodHabits& names, const dns::Name& name, bool& searched) const;

  BoundedMap<std::string, PodHabits> pods_;
};

}  // namespace cnamedrop::explain
