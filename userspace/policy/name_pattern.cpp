// SPDX-License-Identifier: Apache-2.0
// The forms follow pkg/fqdn/matchpattern of Cilium, which writes them as regular expressions.
#include "policy/name_pattern.h"

#include <algorithm>
#include <charconv>

namespace cnamedrop::policy {
namespace {

bool is_label_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Going back to the last '*' alone is enough: since no '*' crosses a dot, an earlier one has no other choice.
bool matches_glob(std::string_view glob, std::string_view name) {
  std::size_t g = 0;
  std::size_t n = 0;
  std::size_t last_star = std::string_view::npos;
  std::size_t star_end = 0;  // where the text that the last '*' stands for ends in name
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      last_star = g++;
      star_end = n;
    } else if (g < glob.size() && glob[g] == name[n]) {
      ++g;
      ++n;
    } else if (last_star != std::string_view::npos && is_label_char(name[star_end])) {
      g = last_star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

// One or more labels of C, each with its dot.
bool is_plain_labels(std::string_view labels) {
  char before = '.';
  for (const char c : labels) {
    if (c == '.' ? before == '.' : !is_label_char(c)) return false;
    before = c;
  }
  return !labels.empty() && before == '.';
}

std::optional<unsigned> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<CiliumVersion> parse_cilium_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::optional<unsigned> major = take_number(text);
  std::optional<unsigned> minor = 0;
  if (major && text.starts_with('.')) {
    text.remove_prefix(1);
    minor = take_number(text);
  }
  if (!major || !minor || !(text.empty() || text.front() == '.' || text.front() == '-')) return std::nullopt;
  const bool newer = *major > 1 || (*major == 1 && *minor >= 19);
  return newer ? CiliumVersion::V1_19_OrNewer : CiliumVersion::V1_18_OrOlder;
}

dns::Name with_final_dot(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!name.ends_with('.')) name += '.';
  return name;
}

NamePattern compile_pattern(std::string_view pattern, CiliumVersion version) {
  const std::size_t stars = std::min(pattern.find_first_not_of('*'), pattern.size());
  const std::string_view after = pattern.substr(stars);
  if (pattern == "*") return {NamePattern::Form::Everything, ""};
  if (version == CiliumVersion::V1_19_OrNewer && stars > 0) {
    if (after.empty() || after == ".") return {NamePattern::Form::Everything, ""};
    if (stars > 1 && after.front() == '.') return {NamePattern::Form::AnyDepth, with_final_dot(after.substr(1))};
  }
  return {NamePattern::Form::Glob, with_final_dot(pattern)};
}

bool NamePattern::matches(std::string_view name) const {
  if (form == Form::Glob) return matches_glob(glob, name);
  if (form == Form::Everything) return name == "." || is_plain_labels(name);
  const std::optional<TailMatch> tail = match_tail(glob, name);
  return tail && is_plain_labels(tail->rest);
}

std::optional<TailMatch> match_tail(std::string_view glob, std::string_view name) {
  const auto labels = std::count(glob.begin(), glob.end(), '.');
  const auto surplus = std::count(name.begin(), name.end(), '.') - labels;
  if (surplus < 0) return std::nullopt;
  std::size_t start = 0;
  for (auto i = surplus; i > 0; --i) start = name.find('.', start) + 1;
  if (!matches_glob(glob, name.substr(start))) return std::nullopt;
  return TailMatch{name.substr(0, start)};
}

}  // namespace cnamedrop::policy
