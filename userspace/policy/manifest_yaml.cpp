// SPDX-License-Identifier: Apache-2.0
// One method a level of the manifest, from the document down to a selector.
#include "policy/manifest_yaml.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/yaml_tree.h"

namespace cnamedrop::policy {
namespace {

constexpr std::size_t max_warnings = 100;
constexpr std::size_t max_ranges = 4'000'000;  // each selector has a copy of its rule's

using Failure = std::optional<Error>;  // nothing: it went well

std::string indexed(const std::string& field, std::size_t index) { return field + "[" + std::to_string(index) + "]"; }

std::string below(const std::string& field, const char* key) { return field + "." + key; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

std::optional<Protocol> parse_protocol(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (text.empty() || text == "ANY") return Protocol::Any;
  if (text == "TCP") return Protocol::Tcp;
  if (text == "UDP") return Protocol::Udp;
  if (text == "SCTP") return Protocol::Sctp;
  return std::nullopt;
}

bool starts_like_a_number(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

class ManifestReader {
 public:
  ManifestReader(std::string file, CiliumVersion version) : file_(std::move(file)), version_(version) {}

  Failure read_document(YamlNode document);
  Result<Policy> finish();

 private:
  Failure read_object(YamlNode object);
  Failure read_spec(YamlNode spec, const std::string& field);
  Failure read_egress(YamlNode entry, const std::string& field);
  Failure read_to_ports(YamlNode to_ports, const std::string& field, std::vector<PortRange>& ports);
  Failure read_port(YamlNode entry, const std::string& field, std::vector<PortRange>& ports);
  Failure read_selector(YamlNode entry, const std::string& field, bool is_dns_rule, std::vector<Selector>& into);

  // Calls read(entry, "field[i]") for each entry of a sequence; a missing or null one has none.
  template <typename Read>
  Failure for_each(YamlNode sequence, const std::string& field, Read read) const {
    if (!sequence || sequence.is_null()) return std::nullopt;
    if (!sequence.is_list()) return failure(sequence, field, "is not a list");
    std::size_t i = 0;
    for (YamlNode entry = sequence.first_child(); entry; entry = entry.next()) {
      if (Failure failed = read(entry, indexed(field, i++))) return failed;
    }
    return std::nullopt;
  }

  std::string place(YamlNode node, const std::string& what) const {
    return to_string(Source{file_, document_, node.line()}) + ": " + what;
  }
  Error failure(YamlNode node, const std::string& field, const std::string& why) const {
    return {place(node, field + " " + why)};
  }
  void warn(YamlNode node, const std::string& what) {
    if (policy_.warnings.size() < max_warnings)
      policy_.warnings.push_back(place(node, what));
    else
      ++more_warnings_;
  }

  std::string file_;
  CiliumVersion version_;
  int document_ = 0;
  int policies_ = 0;
  std::size_t ranges_ = 0;  // of all selectors together
  std::size_t more_warnings_ = 0;
  Policy policy_;
};

Failure ManifestReader::read_document(YamlNode document) {
  ++document_;
  if (!document || document.is_null()) return std::nullopt;  // nothing between two "---"
  return read_object(document);
}

Failure ManifestReader::read_object(YamlNode object) {
  if (!object.is_map()) return Error{place(object, "this is not a Kubernetes object")};
  const std::string kind(object["kind"].text());
  if (kind.ends_with("List")) {
    return for_each(object["items"], "items", [this](YamlNode item, const std::string&) { return read_object(item); });
  }
  const bool is_policy = kind == "CiliumNetworkPolicy" || kind == "CiliumClusterwideNetworkPolicy";
  if (!is_policy || !object["apiVersion"].text().starts_with("cilium.io/")) {
    warn(object, (kind.empty() ? "an object without kind" : kind) + " is not a policy of Cilium: passed over");
    return std::nullopt;
  }
  ++policies_;
  const std::size_t before = policy_.selectors.size();
  if (const YamlNode spec = object["spec"]; spec && !spec.is_null()) {
    if (Failure failed = read_spec(spec, "spec")) return failed;
  }
  Failure failed = for_each(object["specs"], "specs",
                            [this](YamlNode spec, const std::string& field) { return read_spec(spec, field); });
  if (!failed && policy_.selectors.size() == before) {
    const std::string name(object["metadata"]["name"].text());
    warn(object, kind + (name.empty() ? "" : " " + name) + " selects no names: it has no toFQDNs");
  }
  return failed;
}

Failure ManifestReader::read_spec(YamlNode spec, const std::string& field) {
  if (!spec.is_map()) return failure(spec, field, "is not an object");
  return for_each(spec["egress"], field + ".egress",
                  [this](YamlNode entry, const std::string& name) { return read_egress(entry, name); });
}

Failure ManifestReader::read_egress(YamlNode entry, const std::string& field) {
  if (!entry.is_map()) return failure(entry, field, "is not an object");
  std::vector<PortRange> ports;
  if (Failure failed = read_to_ports(entry["toPorts"], field + ".toPorts", ports)) return failed;
  if (entry["icmps"]) ports.push_back({.protocol = Protocol::Icmp});
  const std::size_t before = policy_.selectors.size();
  Failure failed = for_each(entry["toFQDNs"], field + ".toFQDNs", [this](YamlNode item, const std::string& f) {
    return read_selector(item, f, false, policy_.selectors);
  });
  ranges_ += ports.size() * (policy_.selectors.size() - before);
  if (!failed && ranges_ > max_ranges) return failure(entry, field, "has too many ports for its selectors to keep");
  for (std::size_t i = before; i < policy_.selectors.size() && !failed; ++i) policy_.selectors[i].ports = ports;
  return failed;
}

Failure ManifestReader::read_to_ports(YamlNode to_ports, const std::string& field, std::vector<PortRange>& ports) {
  return for_each(to_ports, field, [&](YamlNode entry, const std::string& name) -> Failure {
    if (!entry.is_map()) return failure(entry, name, "is not an object");
    const std::size_t before = ports.size();
    Failure failed = for_each(entry["ports"], name + ".ports",
                              [&](YamlNode port, const std::string& f) { return read_port(port, f, ports); });
    if (failed) return failed;
    if (ports.size() == before) {
      warn(entry, name + " names no ports: taken as all ports");
      ports.push_back({.protocol = Protocol::Any});
    }
    const YamlNode rules = entry["rules"];
    if (!rules || !rules.is_map()) return std::nullopt;
    return for_each(rules["dns"], name + ".rules.dns", [this](YamlNode rule, const std::string& f) {
      return read_selector(rule, f, true, policy_.dns_rules);
    });
  });
}

// Port 0 is all ports. A named port is one of the destination pod: nothing tells its number for a name outside.
Failure ManifestReader::read_port(YamlNode entry, const std::string& field, std::vector<PortRange>& ports) {
  if (!entry.is_map()) return failure(entry, field, "is not an object");
  const std::string text(entry["port"].text());
  const std::optional<Protocol> protocol = parse_protocol(std::string(entry["protocol"].text()));
  if (!protocol) return failure(entry, field + ".protocol", "is none of ANY, TCP, UDP, SCTP");
  if (text.empty()) return failure(entry, field + ".port", "is missing");
  const std::optional<std::uint16_t> port = parse_port(text);
  if (!port && starts_like_a_number(text)) return failure(entry, field + ".port", "is not a port: " + text);
  if (!port) warn(entry, field + ".port is the named port " + text + ", whose number is not known: taken as any port");
  if (port.value_or(0) == 0) {
    ports.push_back({.protocol = *protocol});
    return std::nullopt;
  }
  const std::string end_text(entry["endPort"].text());
  const std::optional<std::uint16_t> end_port = end_text.empty() ? port : parse_port(end_text);
  if (!end_port || (*end_port != 0 && *end_port < *port)) {
    return failure(entry, field + ".endPort", "is not a port at or after port " + text + ": " + end_text);
  }
  ports.push_back({*protocol, *port, *end_port == 0 ? *port : *end_port});
  return std::nullopt;
}

// A DNS rule may have both fields, and then allows either; toFQDNs has exactly one.
Failure ManifestReader::read_selector(YamlNode entry, const std::string& field, bool is_dns_rule,
                                      std::vector<Selector>& into) {
  if (!entry.is_map()) return failure(entry, field, "is not an object");
  const std::size_t before = into.size();
  for (const SelectorKind kind : {SelectorKind::Name, SelectorKind::Pattern}) {
    const char* key = kind == SelectorKind::Name ? "matchName" : "matchPattern";
    const YamlNode value = entry[key];
    if (!value || value.is_null()) continue;
    const std::string value_field = below(field, key);
    if (!value.is_scalar()) return failure(value, value_field, "is not a string");
    const std::string text(value.text());
    const Source source{file_, document_, value.line()};
    Result<Selector> selector = make_selector(kind, text, source, version_);
    if (!selector) return failure(value, value_field, '"' + text + "\" " + selector.error().message);
    if (policy_.selectors.size() + policy_.dns_rules.size() >= max_selectors) {
      return failure(value, value_field, "is one of more than " + std::to_string(max_selectors) + " selectors");
    }
    selector->is_dns_rule = is_dns_rule;
    into.push_back(*std::move(selector));
  }
  const std::size_t found = into.size() - before;
  if (found == 0 || (found == 2 && !is_dns_rule)) {
    return failure(entry, field,
                   found == 0 ? "has neither matchName nor matchPattern"
                              : "has both matchName and matchPattern: Cilium takes only one");
  }
  return std::nullopt;
}

Result<Policy> ManifestReader::finish() {
  if (policies_ == 0) {
    return Error{file_ + ": no CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (apiVersion cilium.io/v2) in it"};
  }
  if (more_warnings_ != 0)
    policy_.warnings.push_back(file_ + ": " + std::to_string(more_warnings_) + " more warnings of this kind");
  return std::move(policy_);
}

}  // namespace

Result<Policy> read_manifests(const std::string& content, const std::string& file, const LoadOptions& options) {
  ManifestReader reader(file, options.version);
  YamlDocuments documents(content);
  while (const std::optional<YamlNode> document = documents.next()) {
    if (Failure failed = reader.read_document(*document)) return *std::move(failed);
  }
  if (const auto& problem = documents.problem()) {
    return Error{to_string(Source{file, 0, problem->line}) + ": " + problem->message};
  }
  return reader.finish();
}

}  // namespace cnamedrop::policy
