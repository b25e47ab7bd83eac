// SPDX-License-Identifier: Apache-2.0
// Cilium's name patterns, compiled to a small matcher. Not a regular expression: no pattern needs one, and matching is
// asked for every credit of every drop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dns/message.h"

namespace cnamedrop::policy {

// Patterns changed their meaning once: from 1.19 on a leading "**." selects any depth, before it was one label.
enum class CiliumVersion : std::uint8_t { V1_18_OrOlder, V1_19_OrNewer };

// Reads "1.17", "v1.19.2", "2"; nothing for any other text.
std::optional<CiliumVersion> parse_cilium_version(std::string_view text);

// C below is one of [-a-zA-Z0-9_], a character that '*' may stand for: it never crosses a dot.
struct NamePattern {
  enum class Form : std::uint8_t {
    Glob,        // '*' is any number of C
    AnyDepth,    // one or more labels of C, a dot, and then glob
    Everything,  // any number of labels of C, or the root
  };
  Form form = Form::Glob;
  std::string glob;  // with a final dot; empty for Everything

  bool matches(std::string_view name) const;
};

// pattern: in lower case, with or without final dot; a name without '*' is a pattern too.
NamePattern compile_pattern(std::string_view pattern, CiliumVersion version);

// Whether the last labels of the name, as many as the glob has, match it. rest is what stands before them, with its
// dot, and empty when the name has no more labels than the glob.
struct TailMatch {
  std::string_view rest;
};
std::optional<TailMatch> match_tail(std::string_view glob, std::string_view name);

// The name in lower case and with a final dot, as dns::Name has it.
dns::Name with_final_dot(std::string_view text);

}  // namespace cnamedrop::policy
