// SPDX-License-Identifier: Apache-2.0
// Everything that the join knows of one pod: its containers share it, as they share the network namespace and the
// resolver.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "join/alias_graph.h"
#include "join/credit_table.h"
#include "join/question_table.h"
#include "join/search_domains.h"
#include "join/settings.h"

namespace cnamedrop::join {

// A few addresses, the first ones; a pod has hardly more.
class FewAddresses {
 public:
  void add(const dns::IpAddress& address) {
    if (addresses_.size() < 16 && !contains(address)) addresses_.push_back(address);
  }
  bool contains(const dns::IpAddress& address) const {
    return std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
  }
  const std::vector<dns::IpAddress>& all() const { return addresses_; }

 private:
  std::vector<dns::IpAddress> addresses_;
};

// When what was last lost, by its kind: for a while an address may have been learned unseen.
using LossTimes = std::map<std::string, Time>;

struct PodState {
  explicit PodState(const Settings& settings) : questions(settings), aliases(settings), credits(settings) {}

  QuestionTable questions;
  AliasGraph aliases;
  CreditTable credits;
  SearchDomains search_domains;
  FewAddresses own;        // that the pod asked from
  FewAddresses resolvers;  // that answered from outside of the pod
  LossTimes losses;        // of this pod alone

  std::uint64_t evicted() const { return questions.evicted() + aliases.evicted() + credits.evicted(); }

  // How long an alias may stay in a cache of the pod, as far as the trace tells.
  Duration alias_life(const Settings& settings) const {
    const std::optional<std::uint32_t> ttl = aliases.longest_ttl();
    return ttl ? Duration(std::chrono::seconds(*ttl)) : settings.unseen_alias_ttl;
  }
};

}  // namespace cnamedrop::join
