// SPDX-License-Identifier: Apache-2.0
// One entry of a policy that selects names: what it says, where it is written, what it matches. Knows nothing of files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dns/message.h"
#include "policy/match.h"
#include "policy/name_pattern.h"
#include "types/result.h"

namespace re2 {
class RE2;
}

namespace cnamedrop::policy {

// IP protocol numbers; Any stands for TCP, UDP and SCTP, as in Cilium.
enum class Protocol : std::uint8_t {
  Any = 0,
  Icmp = 1,
  Igmp = 2,
  Tcp = 6,
  Udp = 17,
  Icmpv6 = 58,
  Vrrp = 112,
  Sctp = 132,
};

// Ports from..to, both included. Protocols without ports have all.
struct PortRange {
  Protocol protocol = Protocol::Any;
  std::uint16_t from = 0;
  std::uint16_t to = 65535;
  // A named port, whose number the cluster knows; an icmps entry, since events do not tell the type of a message.
  bool uncertain = false;

  bool operator==(const PortRange&) const = default;

  // ip_protocol: IANA number; port: of the remote endpoint, 0 for protocols without ports.
  Match covers(std::uint8_t ip_protocol, std::uint16_t port) const;
};

// Where a selector is written: a file with the YAML document and line (from 1; 0 where the format has none), or the
// option of the command line ("--allow-name").
struct Source {
  std::string file;
  int document = 0;
  int line = 0;

  bool operator==(const Source&) const = default;
};

// "policy.yaml:12", "names.json", "--allow-name".
std::string to_string(const Source& source);

enum class SelectorKind : std::uint8_t {
  Name,     // matchName
  Pattern,  // matchPattern
  Regex,    // only a regular expression is known (cilium-dbg fqdn names)
};

struct Selector {
  SelectorKind kind = SelectorKind::Name;
  std::string text;     // as written, with its field: "matchName: Login.X.com"
  std::string pattern;  // in lower case, with a final dot; "" for Regex
  Source source;
  std::vector<PortRange> ports;  // empty: all
  NamePattern compiled;
  std::shared_ptr<const re2::RE2> regex;  // where Cilium told its own: it decides, not compiled
  std::string regex_text;                 // of regex; else ""
  bool of_node = false;                   // from a list of all selectors of a node: whose, nobody tells

  // name: in canonical form (dns::Name).
  bool matches(const dns::Name& name) const;

  Match covers_port(std::uint8_t ip_protocol, std::uint16_t port) const;
};

// Makes a selector of a matchName or matchPattern (kind: Name or Pattern), without ports. The error is the reason for
// which Cilium would refuse the text, without its place.
Result<Selector> make_selector(SelectorKind kind, std::string_view text, Source source, CiliumVersion version);

// Makes a selector of a regular expression, in Go's syntax as Cilium writes it. Matching takes time linear in the
// name, whatever the expression. The error says what is wrong with it.
Result<Selector> make_regex_selector(const std::string& regex, Source source);

}  // namespace cnamedrop::policy
