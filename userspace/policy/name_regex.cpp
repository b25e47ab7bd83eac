// SPDX-License-Identifier: Apache-2.0
// The forms follow ToAnchoredRegexp in pkg/fqdn/matchpattern of Cilium.
#include "policy/name_regex.h"

#include <string_view>

namespace cnamedrop::policy {
namespace {

constexpr std::string_view any_chars = "[-a-zA-Z0-9_]*";
constexpr std::string_view any_labels = "([-a-zA-Z0-9_]+([.][-a-zA-Z0-9_]+){0,})[.]";
constexpr std::string_view everything = "(^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)";

std::string escaped(std::string_view glob, CiliumVersion version) {
  const bool joins_stars = version == CiliumVersion::V1_19_OrNewer;
  std::string regex;
  char before = '\0';
  for (const char c : glob) {
    if (c == '.')
      regex += "[.]";
    else if (c != '*')
      regex += c;
    else if (before != '*' || !joins_stars)
      regex += any_chars;
    before = c;
  }
  return regex;
}

}  // namespace

std::string cilium_regex(const Selector& selector, CiliumVersion version) {
  if (!selector.regex_text.empty()) return selector.regex_text;
  const NamePattern& pattern = selector.compiled;
  if (pattern.form == NamePattern::Form::Everything) return std::string(everything);
  std::string regex = "^";
  if (pattern.form == NamePattern::Form::AnyDepth) regex += any_labels;
  return regex + escaped(pattern.glob, version) + '$';
}

}  // namespace cnamedrop::policy
