// SPDX-License-Identifier: Apache-2.0
// The search domains of a pod, as far as its own questions give them away: a resolver that got NXDOMAIN for
// name + domain asks for the name next.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "dns/message.h"

namespace cnamedrop::join {

class SearchDomains {
 public:
  // The pod asked for this name.
  void ask(const dns::Name& name);
  // The pod was told that there is no such name.
  void deny(const dns::Name& name);

  // Domains with final dot. Bounded: resolv.conf(5) knew six of them, today's resolvers seldom meet more.
  std::span<const dns::Name> known() const { return known_; }

 private:
  std::deque<dns::Name> denied_;  // lately
  std::vector<dns::Name> known_;
};

}  // namespace cnamedrop::join
