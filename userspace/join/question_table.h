// SPDX-License-Identifier: Apache-2.0
// The questions of a pod: those in flight, to match answers and to refuse what nobody asked for, and which names the
// pod ever asked for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "events/observation.h"
#include "join/settings.h"
#include "types/bounded_map.h"

namespace cnamedrop::join {

struct QuestionKey {
  dns::Endpoint local;
  dns::Endpoint resolver;
  std::uint8_t protocol = 0;
  std::uint16_t id = 0;
  dns::Name name;
  std::uint16_t type = 0;

  bool operator==(const QuestionKey&) const = default;
};

struct QuestionKeyHash {
  std::size_t operator()(const QuestionKey& key) const noexcept;
};

struct AskedName {
  Time first;
  Time last;
  std::uint16_t last_type = 0;
  std::vector<std::uint64_t> cgroup_ids;  // of the containers that asked, the first few

  bool asked_by(std::uint64_t cgroup_id) const {
    return std::find(cgroup_ids.begin(), cgroup_ids.end(), cgroup_id) != cgroup_ids.end();
  }
};

class QuestionTable {
 public:
  explicit QuestionTable(const Settings& settings)
      : answer_wait_(settings.answer_wait), in_flight_(settings.max_questions), asked_(settings.max_asked_names) {}

  void ask(const events::DnsSeen& dns, Time time);

  // When the question of this answer was asked; nothing if none is in flight. A question that was sent twice may be
  // answered twice, and no more often.
  std::optional<Time> answer(const events::DnsSeen& dns);

  const AskedName* asked(const dns::Name& name) const { return asked_.find(name); }

  // A question from this endpoint to this resolver that is still waited for.
  std::optional<dns::Question> unanswered_from(const dns::Endpoint& local, const dns::Endpoint& resolver,
                                               Time at) const;

  std::uint64_t unanswered() const { return unanswered_; }
  // Names, and questions whose answer could still have come.
  std::uint64_t evicted() const { return evicted_in_flight_ + asked_.evicted(); }
  bool empty() const { return asked_.size() == 0; }

 private:
  struct InFlight {
    Time asked;
    std::uint32_t awaited = 0;  // answers: one for each time that it was sent
    bool answered = false;      // since it was sent last
  };
  InFlight& use_in_flight(const QuestionKey& key, Time time);

  Duration answer_wait_;
  BoundedMap<QuestionKey, InFlight, QuestionKeyHash> in_flight_;
  BoundedMap<dns::Name, AskedName> asked_;
  std::uint64_t unanswered_ = 0;
  std::uint64_t evicted_in_flight_ = 0;
};

}  // namespace cnamedrop::join
