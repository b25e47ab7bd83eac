// SPDX-License-Identifier: Apache-2.0
// Why a name is not covered although somebody surely meant it to be: selectors that miss by a little. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "dns/message.h"
#include "policy/selector.h"

namespace cnamedrop::policy {

enum class MissKind : std::uint8_t {
  Apex,        // "*.x.com" for x.com
  Depth,       // "*.x.com" for a.b.x.com, "*x.com" for a.x.com, "x.com" for a.x.com
  DoubleStar,  // "**.x.com" for a.b.x.com on Cilium before 1.19
};

// selector is one of those that were asked about.
struct NearMiss {
  const Selector* selector = nullptr;
  MissKind kind = MissKind::Apex;
  std::string explanation;  // a sentence: what the selector selects, and what would select the name
};

// The first selector that misses the name by its apex, by depth or by "**"; nothing for selectors that match it, and
// for those of which only a regular expression is known.
std::optional<NearMiss> find_near_miss(const dns::Name& name, std::span<const Selector* const> selectors);

struct SearchSuffix {
  const Selector* selector = nullptr;
  dns::Name selected;  // "login.x.com."
  dns::Name suffix;    // "kong.svc.cluster.local."
};

// The first selector that matches the name once a search domain is cut off its end. search_domains: those known of the
// pod; besides them what looks like one counts: a cluster's "svc" domain, or a private top level domain. Any other tail
// does not: a CDN's alias, "www.x.com.edgekey.net", is a name of its own.
std::optional<SearchSuffix> find_search_suffix(const dns::Name& name, std::span<const Selector* const> selectors,
                                               std::span<const dns::Name> search_domains = {});

}  // namespace cnamedrop::policy
