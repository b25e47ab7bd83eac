// The selectors that `cilium-dbg fqdn names` would show of a node with these policies.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "events/event.h"
#include "policy/selector.h"

namespace cnamedrop::fqdn {

// JSON as Cilium prints it; what policy::load_policy_text reads. A selector that is written twice stands there once.
void append_names_json(std::string& out, std::span<const policy::Selector> selectors, policy::CiliumVersion version);

// The selectors that the causes of a trace speak of: those of the policy it was recorded with, as far as it cites them.
class CitedSelectors {
 public:
  void take(const events::Event& event);

  // In the order of their text.
  std::vector<policy::Selector> selectors(policy::CiliumVersion version) const;

 private:
  static constexpr std::size_t max_cited = 4096;

  std::set<std::string> texts_;
};

}  // namespace cnamedrop::fqdn
