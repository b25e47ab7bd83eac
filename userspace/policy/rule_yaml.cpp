// SPDX-License-Identifier: Apache-2.0
// What cannot be read never widens: an allowing rule loses the entry, or is left out whole where the entry limited it
// (pkg/policy/api/egress.go and rule_validation.go say what Cilium takes).
#include "policy/rule_yaml.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cnamedrop::policy {
namespace {

struct EntityName {
  std::string_view name;
  Entity entity;
};
constexpr EntityName entity_names[] = {
    {"all", Entity::All},
    {"world", Entity::World},
    {"world-ipv4", Entity::WorldIpv4},
    {"world-ipv6", Entity::WorldIpv6},
    {"kube-apiserver", Entity::KubeApiserver},
    {"cluster", Entity::InCluster},
    {"host", Entity::InCluster},
    {"remote-node", Entity::InCluster},
    {"ingress", Entity::InCluster},
    {"health", Entity::InCluster},
    {"init", Entity::InCluster},
    {"unmanaged", Entity::InCluster},
};

constexpr std::array<std::string_view, 9> peer_fields = {
    "toFQDNs", "toCIDR", "toCIDRSet", "toEntities", "toEndpoints", "toServices", "toGroups", "toNodes", "toRequires"};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

bool starts_like_a_number(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

std::optional<Protocol> parse_protocol(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (text.empty() || text == "ANY") return Protocol::Any;
  if (text == "TCP") return Protocol::Tcp;
  if (text == "UDP") return Protocol::Udp;
  if (text == "SCTP") return Protocol::Sctp;
  if (text == "VRRP") return Protocol::Vrrp;
  if (text == "IGMP") return Protocol::Igmp;
  return std::nullopt;
}

bool has_ports(Protocol protocol) { return protocol != Protocol::Vrrp && protocol != Protocol::Igmp; }

bool is_given(YamlNode node) { return node && !node.is_null(); }

class RuleReader {
 public:
  RuleReader(YamlReading& reading, std::string field, bool denial)
      : reading_(reading), field_(std::move(field)), denial_(denial) {}

  RuleReading read(YamlNode entry);

 private:
  void read_peers(YamlNode entry);
  void read_names(YamlNode list, const std::string& field, std::vector<Selector>& into, bool both_fields);
  void read_name(YamlNode entry, const std::string& field, std::vector<Selector>& into, bool both_fields);
  void read_range(YamlNode entry, const std::string& field);
  void read_range_set(YamlNode entry, const std::string& field);
  void read_entity(YamlNode entry, const std::string& field);
  void read_to_ports(YamlNode entry, const std::string& field);
  void read_port(YamlNode entry, const std::string& field);
  void read_l7(YamlNode entry, const std::string& field);
  void read_icmps(YamlNode list, const std::string& field);

  // Left out: a part of the rule that only narrows what it covers.
  void leave_out(YamlNode node, const std::string& what) {
    reading_.warn(node, what + ": left out");
    left_out_ = true;
  }

  YamlReading& reading_;
  std::string field_;
  bool denial_;
  bool left_out_ = false;
  Rule rule_;
};

RuleReading RuleReader::read(YamlNode entry) {
  rule_.source = reading_.source_of(entry);
  if (!entry.is_map()) {
    leave_out(entry, field_ + " is not an object");
  } else {
    read_peers(entry);
    if (const YamlNode ports = entry["toPorts"]; is_given(ports)) {
      rule_.any_port = false;
      const bool is_list = reading_.for_each(ports, field_ + ".toPorts",
                                             [this](YamlNode item, const std::string& f) { read_to_ports(item, f); });
      if (!is_list) left_out_ = true;
    }
    if (const YamlNode icmps = entry["icmps"]; is_given(icmps)) read_icmps(icmps, field_ + ".icmps");
  }
  std::size_t peers = 0;
  for (const std::string_view name : peer_fields) {
    if (!entry.is_map()) break;
    const YamlNode field = entry[name];
    if (is_given(field) && (!field.is_list() || field.first_child())) ++peers;
  }
  RuleReading result;
  if (peers > 1 && !rule_.names.empty()) result.rejected = "toFQDNs stands beside another destination in one rule";
  if (denial_ && left_out_) {
    rule_.unreadable = true;
    result.rule = std::move(rule_);
    return result;
  }
  // An entry without any field lets nothing through; it only turns on the default denial.
  const bool says_nothing = rule_.any_peer && rule_.any_port;
  if (says_nothing || !reading_.keep(entry, 0, rule_.ports.size() * rule_.names.size())) return result;
  for (Selector& selector : rule_.names) selector.ports = rule_.ports;
  const bool no_ports = !rule_.any_port && rule_.ports.empty();
  if (!no_ports) result.rule = std::move(rule_);
  return result;
}

void RuleReader::read_peers(YamlNode entry) {
  rule_.any_peer = true;
  for (const std::string_view name : peer_fields) {
    const YamlNode list = entry[name];
    if (!is_given(list)) continue;
    rule_.any_peer = false;
    const std::string field = field_ + "." + std::string(name);
    if (name == "toFQDNs")
      read_names(list, field, rule_.names, false);
    else if (name == "toCIDR")
      reading_.for_each(list, field, [this](YamlNode item, const std::string& f) { read_range(item, f); });
    else if (name == "toCIDRSet")
      reading_.for_each(list, field, [this](YamlNode item, const std::string& f) { read_range_set(item, f); });
    else if (name == "toEntities")
      reading_.for_each(list, field, [this](YamlNode item, const std::string& f) { read_entity(item, f); });
    else if (!list.is_list() || list.first_child())
      rule_.peers_by_label = true;  // an empty list selects nobody
  }
}

void RuleReader::read_names(YamlNode list, const std::string& field, std::vector<Selector>& into, bool both_fields) {
  const bool is_list = reading_.for_each(
      list, field, [&](YamlNode item, const std::string& f) { read_name(item, f, into, both_fields); });
  if (!is_list) left_out_ = true;
}

// A DNS rule may have both fields, and then allows either; toFQDNs has exactly one.
void RuleReader::read_name(YamlNode entry, const std::string& field, std::vector<Selector>& into, bool both_fields) {
  if (!entry.is_map()) return leave_out(entry, field + " is not an object");
  std::vector<Selector> found;
  for (const SelectorKind kind : {SelectorKind::Name, SelectorKind::Pattern}) {
    const char* key = kind == SelectorKind::Name ? "matchName" : "matchPattern";
    const YamlNode value = entry[key];
    if (!is_given(value)) continue;
    const std::string value_field = field + "." + key;
    if (!value.is_scalar()) return leave_out(value, value_field + " is not a string");
    const std::string text(value.text());
    Result<Selector> selector = make_selector(kind, text, reading_.source_of(value), reading_.version());
    if (!selector) return leave_out(value, value_field + " \"" + text + "\" " + selector.error().message);
    found.push_back(*std::move(selector));
  }
  if (!reading_.keep(entry, found.size(), 0)) {
    left_out_ = true;
    return;
  }
  if (found.empty()) return leave_out(entry, field + " has neither matchName nor matchPattern");
  if (found.size() == 2 && !both_fields)
    return leave_out(entry, field + " has both matchName and matchPattern, of which Cilium takes only one");
  for (Selector& selector : found) into.push_back(std::move(selector));
}

void RuleReader::read_range(YamlNode entry, const std::string& field) {
  const std::optional<Cidr> range = entry.is_scalar() ? parse_cidr(entry.text()) : std::nullopt;
  if (!range) return leave_out(entry, field + " is not a range of addresses");
  rule_.ranges.push_back({*range, {}});
}

void RuleReader::read_range_set(YamlNode entry, const std::string& field) {
  if (!entry.is_map()) return leave_out(entry, field + " is not an object");
  const YamlNode cidr = entry["cidr"];
  if (!is_given(cidr) && (is_given(entry["cidrGroupRef"]) || is_given(entry["cidrGroupSelector"]))) {
    rule_.peers_by_label = true;  // the group is written elsewhere
    return;
  }
  const std::optional<Cidr> range = is_given(cidr) ? parse_cidr(cidr.text()) : std::nullopt;
  if (!range) return leave_out(entry, field + ".cidr is not a range of addresses");
  CidrPeer peer{*range, {}};
  bool good = true;
  const bool is_list = reading_.for_each(entry["except"], field + ".except", [&](YamlNode item, const std::string& f) {
    const std::optional<Cidr> except = item.is_scalar() ? parse_cidr(item.text()) : std::nullopt;
    if (except)
      peer.except.push_back(*except);
    else
      leave_out(item, f + " is not a range of addresses, so its cidr is");
    good = good && except.has_value();
  });
  if (!is_list) left_out_ = true;
  if (good && is_list) rule_.ranges.push_back(std::move(peer));
}

void RuleReader::read_entity(YamlNode entry, const std::string& field) {
  if (entry.text() == "none") return;
  for (const EntityName& known : entity_names) {
    if (known.name != entry.text()) continue;
    rule_.entities.push_back(known.entity);
    return;
  }
  leave_out(entry, field + " is not an entity that is known: " + std::string(entry.text()));
}

void RuleReader::read_to_ports(YamlNode entry, const std::string& field) {
  if (!entry.is_map()) return leave_out(entry, field + " is not an object");
  const std::size_t before = rule_.ports.size();
  const bool is_list = reading_.for_each(entry["ports"], field + ".ports",
                                         [this](YamlNode port, const std::string& f) { read_port(port, f); });
  if (!is_list || rule_.ports.size() == before) {
    if (is_list && !left_out_) leave_out(entry, field + " names no ports");
    left_out_ = true;
  }
  if (is_given(entry["serverNames"])) rule_.also_judged_by = "serverNames";
  if (const YamlNode rules = entry["rules"]; is_given(rules)) read_l7(rules, field + ".rules");
}

void RuleReader::read_l7(YamlNode rules, const std::string& field) {
  if (!rules.is_map()) return leave_out(rules, field + " is not an object");
  for (const char* kind : {"http", "kafka", "l7"})
    if (is_given(rules[kind])) rule_.also_judged_by = std::string("rules.") + kind;
  if (!is_given(rules["dns"])) return;
  rule_.has_dns_rules = true;
  read_names(rules["dns"], field + ".dns", rule_.dns_rules, true);
}

// Port 0 is all ports. The number of a named port is known to the cluster alone.
void RuleReader::read_port(YamlNode entry, const std::string& field) {
  if (!entry.is_map()) return leave_out(entry, field + " is not an object");
  const std::string text(entry["port"].text());
  const std::optional<Protocol> protocol = parse_protocol(std::string(entry["protocol"].text()));
  if (!protocol)
    return leave_out(entry,
                     field + ".protocol is none of ANY, TCP, UDP, SCTP: " + std::string(entry["protocol"].text()));
  if (!has_ports(*protocol)) {
    rule_.ports.push_back({.protocol = *protocol});
    return;
  }
  if (text.empty()) return leave_out(entry, field + ".port is missing");
  const std::optional<std::uint16_t> port = parse_port(text);
  if (!port && starts_like_a_number(text)) return leave_out(entry, field + ".port is not a port: " + text);
  if (!port || *port == 0) {
    rule_.ports.push_back({.protocol = *protocol, .uncertain = !port});
    return;
  }
  const std::string end_text(entry["endPort"].text());
  const std::optional<std::uint16_t> end_port = end_text.empty() ? port : parse_port(end_text);
  if (!end_port || (*end_port != 0 && *end_port < *port))
    return leave_out(entry, field + ".endPort is not a port at or after port " + text + ": " + end_text);
  rule_.ports.push_back({*protocol, *port, *end_port == 0 ? *port : *end_port});
}

// Events do not tell the type of an ICMP message.
void RuleReader::read_icmps(YamlNode list, const std::string& field) {
  rule_.any_port = false;
  const bool is_list = reading_.for_each(list, field, [&](YamlNode entry, const std::string& name) {
    if (!entry.is_map()) return leave_out(entry, name + " is not an object");
    reading_.for_each(entry["fields"], name + ".fields", [&](YamlNode item, const std::string& f) {
      if (!item.is_map()) return leave_out(item, f + " is not an object");
      const bool v6 = item["family"].text() == "IPv6";
      rule_.ports.push_back({.protocol = v6 ? Protocol::Icmpv6 : Protocol::Icmp, .uncertain = true});
    });
  });
  if (!is_list) left_out_ = true;
}

}  // namespace

RuleReading read_rule(YamlNode entry, const std::string& field, bool denial, YamlReading& reading) {
  return RuleReader(reading, field, denial).read(entry);
}

}  // namespace cnamedrop::policy
