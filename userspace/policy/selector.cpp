// SPDX-License-Identifier: Apache-2.0
// What Cilium accepts (FQDNSelector.sanitize in pkg/policy/api), and what a selector matches.
#include "policy/selector.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace cnamedrop::policy {
namespace {

constexpr std::size_t longest_name = 255;         // MaxFQDNLength in Cilium
constexpr std::size_t longest_regex = 8192;       // far over what 255 characters become
constexpr std::int64_t regex_memory = 128 << 10;  // of one, compiled and while it matches
constexpr std::string_view label_chars_and_dot = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view field_of(SelectorKind kind) { return kind == SelectorKind::Name ? "matchName" : "matchPattern"; }

std::optional<Error> why_refused(SelectorKind kind, std::string_view text) {
  if (text.empty()) return Error{"is empty"};
  if (text.size() > longest_name) {
    return Error{"is " + std::to_string(text.size()) + " characters long, Cilium allows " +
                 std::to_string(longest_name)};
  }
  const bool is_pattern = kind == SelectorKind::Pattern;
  const std::string allowed = std::string(label_chars_and_dot) + (is_pattern ? "*" : "");
  const std::size_t bad = text.find_first_not_of(allowed);
  if (bad == std::string_view::npos) return std::nullopt;
  std::string reason = "has invalid characters: Cilium allows only 0-9, a-z, A-Z and . - _";
  if (is_pattern) reason += " *";
  if (!is_pattern && text[bad] == '*') reason += " (a * belongs in a matchPattern)";
  return Error{reason};
}

}  // namespace

std::string to_string(const Source& source) {
  return source.line > 0 ? source.file + ":" + std::to_string(source.line) : source.file;
}

bool Selector::matches(const dns::Name& name) const {
  if (!regex) return compiled.matches(name);
  return re2::RE2::PartialMatch(name, *regex);  // as Go's MatchString: anchors are in the expression
}

Match PortRange::covers(std::uint8_t ip_protocol, std::uint16_t port) const {
  const auto theirs = static_cast<Protocol>(ip_protocol);
  const bool has_ports = theirs == Protocol::Tcp || theirs == Protocol::Udp || theirs == Protocol::Sctp;
  if (protocol == Protocol::Any ? !has_ports : protocol != theirs) return Match::No;
  if (uncertain) return Match::Unknown;
  return to_match(!has_ports || (from <= port && port <= to));
}

Match Selector::covers_port(std::uint8_t ip_protocol, std::uint16_t port) const {
  if (ports.empty()) return Match::Yes;
  Match match = Match::No;
  for (const PortRange& range : ports) match = either(match, range.covers(ip_protocol, port));
  return match;
}

Result<Selector> make_selector(SelectorKind kind, std::string_view text, Source source, CiliumVersion version) {
  const std::string_view plain = trimmed(text);
  if (std::optional<Error> refused = why_refused(kind, plain)) return *std::move(refused);
  Selector selector;
  selector.kind = kind;
  selector.text = std::string(field_of(kind)) + ": " + std::string(plain);
  selector.pattern = with_final_dot(plain);
  selector.source = std::move(source);
  selector.compiled = compile_pattern(plain, version);
  return selector;
}

Result<Selector> make_regex_selector(const std::string& regex, Source source) {
  if (regex.size() > longest_regex) return Error{"is longer than any that Cilium writes"};
  Selector selector;
  selector.kind = SelectorKind::Regex;
  selector.text = "regex: " + regex;
  selector.regex_text = regex;
  selector.source = std::move(source);
  re2::RE2::Options options;
  options.set_max_mem(regex_memory);
  options.set_log_errors(false);
  const auto compiled = std::make_shared<const re2::RE2>(regex, options);
  if (!compiled->ok()) return Error{"is not a regular expression: " + compiled->error()};
  selector.regex = compiled;
  return selector;
}

}  // namespace cnamedrop::policy
