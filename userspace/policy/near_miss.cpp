// SPDX-License-Identifier: Apache-2.0
// Works on the patterns as written, cut into a head of wildcard labels and the rest.
#include "policy/near_miss.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "policy/name_pattern.h"

namespace cnamedrop::policy {
namespace {

std::string without_final_dot(std::string_view name) {
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  return std::string(name);
}

std::size_t label_count(std::string_view name) {
  return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.'));
}

std::string labels_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " label" : " labels"); }

// "*.*.x.com." is the head "*.*." and the rest "x.com.".
std::string_view wildcard_head(std::string_view pattern) {
  std::size_t end = 0;
  for (std::size_t dot = pattern.find('.'); dot != std::string_view::npos; dot = pattern.find('.', end)) {
    const std::string_view label = pattern.substr(end, dot - end);
    if (label.empty() || label.find_first_not_of('*') != std::string_view::npos) break;
    end = dot + 1;
  }
  return pattern.substr(0, end);
}

std::string stars_for(std::size_t labels, std::string_view rest) {
  std::string pattern;
  for (std::size_t i = 0; i < labels; ++i) pattern += "*.";
  return pattern + std::string(rest);
}

NearMiss apex_miss(const Selector& selector, const std::string& name) {
  return {&selector, MissKind::Apex,
          selector.text + " selects names below " + name + ", not " + name + " itself; matchName: " + name + " does"};
}

// The pattern begins with wildcard labels; name is what the tail match found before the rest.
std::optional<NearMiss> miss_of_wildcard(const Selector& selector, std::string_view head, std::string_view rest,
                                         const dns::Name& name) {
  const std::optional<TailMatch> tail = match_tail(rest, name);
  if (!tail) return std::nullopt;
  const std::string shown = without_final_dot(name);
  if (tail->rest.empty()) return apex_miss(selector, shown);
  const std::size_t wanted = label_count(head);
  const std::size_t found = label_count(tail->rest);
  const std::string domain = without_final_dot(rest);
  if (wanted == found) return std::nullopt;
  const bool any_depth = head.starts_with("**");
  if (any_depth && found > wanted) {
    return NearMiss{&selector, MissKind::DoubleStar,
                    selector.text + " selects any depth only from Cilium 1.19 on, before it is " + labels_text(wanted) +
                        " before " + domain + "; " + shown + " has " + std::to_string(found)};
  }
  return NearMiss{&selector, MissKind::Depth,
                  selector.text + (any_depth ? " selects at least " : " selects exactly ") + labels_text(wanted) +
                      " before " + domain + ", " + shown + " has " + std::to_string(found) +
                      "; matchPattern: " + stars_for(found, domain) + " does"};
}

std::optional<NearMiss> miss_of(const Selector& selector, const dns::Name& name) {
  if (selector.pattern.empty()) return std::nullopt;
  const std::string_view pattern = selector.pattern;
  const std::string_view head = wildcard_head(pattern);
  if (head.size() == pattern.size()) return std::nullopt;  // "*" and its like: no domain to be near to
  if (!head.empty()) return miss_of_wildcard(selector, head, pattern.substr(head.size()), name);
  const std::optional<TailMatch> tail = match_tail(pattern, name);
  if (!tail || tail->rest.empty()) return std::nullopt;
  const std::string why =
      selector.kind == SelectorKind::Name ? " selects that name alone, not " : " has no * that crosses a dot to reach ";
  return NearMiss{&selector, MissKind::Depth, selector.text + why + without_final_dot(name)};
}

bool looks_like_search_domain(std::string_view domain) {
  static constexpr std::array<std::string_view, 8> private_tops{"local", "localdomain", "internal", "intranet",
                                                                "lan",   "home",        "corp",     "private"};
  const std::size_t first_dot = domain.find('.');
  if (domain.starts_with("svc.") || domain.substr(first_dot + 1).starts_with("svc.")) return true;
  const std::string_view plain = domain.substr(0, domain.size() - 1);
  const std::string_view top = plain.substr(plain.rfind('.') + 1);
  return std::find(private_tops.begin(), private_tops.end(), top) != private_tops.end();
}

}  // namespace

std::optional<NearMiss> find_near_miss(const dns::Name& name, std::span<const Selector* const> selectors) {
  for (const Selector* selector : selectors) {
    if (selector->matches(name)) continue;
    if (std::optional<NearMiss> miss = miss_of(*selector, name)) return miss;
  }
  return std::nullopt;
}

std::optional<SearchSuffix> find_search_suffix(const dns::Name& name, std::span<const Selector* const> selectors,
                                               std::span<const dns::Name> search_domains) {
  for (std::size_t dot = name.find('.'); dot != dns::Name::npos && dot + 1 < name.size();
       dot = name.find('.', dot + 1)) {
    const dns::Name selected = name.substr(0, dot + 1);
    const dns::Name suffix = name.substr(dot + 1);
    const bool known = std::find(search_domains.begin(), search_domains.end(), suffix) != search_domains.end();
    if (!known && !looks_like_search_domain(suffix)) continue;
    for (const Selector* selector : selectors) {
      if (selector->matches(selected)) return SearchSuffix{selector, selected, suffix};
    }
  }
  return std::nullopt;
}

}  // namespace cnamedrop::policy
