// One method a level of the manifest, from the document down to a selector. yaml-cpp's exceptions end in
// read_manifests().
#include "policy/manifest_yaml.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace cnamedrop::policy {
namespace {

using Failure = std::optional<Error>;  // nothing: it went well

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

// "" for what is missing or no scalar.
std::string scalar(const YAML::Node& node) { return node && node.IsScalar() ? node.Scalar() : ""; }

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

  Failure read_document(const YAML::Node& document);
  Result<Policy> finish();

 private:
  Failure read_object(const YAML::Node& object);
  Failure read_spec(const YAML::Node& spec, const std::string& field);
  Failure read_egress(const YAML::Node& entry, const std::string& field);
  Failure read_to_ports(const YAML::Node& to_ports, const std::string& field, std::vector<PortRange>& ports);
  Failure read_port(const YAML::Node& entry, const std::string& field, std::vector<PortRange>& ports);
  Failure read_selector(const YAML::Node& entry, const std::string& field, bool is_dns_rule,
                        std::vector<Selector>& into);

  // Calls read(entry, "field[i]") for each entry of a sequence; a missing or null one has none.
  template <typename Read>
  Failure for_each(const YAML::Node& sequence, const std::string& field, Read read) const {
    if (!sequence || sequence.IsNull()) return std::nullopt;
    if (!sequence.IsSequence()) return failure(sequence, field, "is no list");
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      if (Failure failed = read(sequence[i], indexed(field, i))) return failed;
    }
    return std::nullopt;
  }

  std::string place(const YAML::Node& node, const std::string& what) const {
    return to_string(Source{file_, document_, line_of(node)}) + ": " + what;
  }
  Error failure(const YAML::Node& node, const std::string& field, const std::string& why) const {
    return {place(node, field + " " + why)};
  }
  void warn(const YAML::Node& node, const std::string& what) { policy_.warnings.push_back(place(node, what)); }

  std::string file_;
  CiliumVersion version_;
  int document_ = 0;
  int policies_ = 0;
  Policy policy_;
};

Failure ManifestReader::read_document(const YAML::Node& document) {
  ++document_;
  if (!document || document.IsNull()) return std::nullopt;  // nothing between two "---"
  return read_object(document);
}

Failure ManifestReader::read_object(const YAML::Node& object) {
  if (!object.IsMap()) return Error{place(object, "this is no Kubernetes object")};
  const std::string kind = scalar(object["kind"]);
  if (kind.ends_with("List")) {
    return for_each(object["items"], "items",
                    [this](const YAML::Node& item, const std::string&) { return read_object(item); });
  }
  const bool is_policy = kind == "CiliumNetworkPolicy" || kind == "CiliumClusterwideNetworkPolicy";
  if (!is_policy || !scalar(object["apiVersion"]).starts_with("cilium.io/")) {
    warn(object, (kind.empty() ? "an object without kind" : kind) + " is not a policy of Cilium: passed over");
    return std::nullopt;
  }
  ++policies_;
  const std::size_t before = policy_.selectors.size();
  if (const YAML::Node spec = object["spec"]; spec && !spec.IsNull()) {
    if (Failure failed = read_spec(spec, "spec")) return failed;
  }
  Failure failed = for_each(object["specs"], "specs", [this](const YAML::Node& spec, const std::string& field) {
    return read_spec(spec, field);
  });
  if (!failed && policy_.selectors.size() == before) {
    const YAML::Node metadata = object["metadata"];
    const std::string name = metadata && metadata.IsMap() ? scalar(metadata["name"]) : "";
    warn(object, kind + (name.empty() ? "" : " " + name) + " selects no names: it has no toFQDNs");
  }
  return failed;
}

Failure ManifestReader::read_spec(const YAML::Node& spec, const std::string& field) {
  if (!spec.IsMap()) return failure(spec, field, "is no object");
  return for_each(spec["egress"], field + ".egress",
                  [this](const YAML::Node& entry, const std::string& name) { return read_egress(entry, name); });
}

Failure ManifestReader::read_egress(const YAML::Node& entry, const std::string& field) {
  if (!entry.IsMap()) return failure(entry, field, "is no object");
  std::vector<PortRange> ports;
  if (Failure failed = read_to_ports(entry["toPorts"], field + ".toPorts", ports)) return failed;
  if (entry["icmps"]) ports.push_back({.protocol = Protocol::Icmp});
  const std::size_t before = policy_.selectors.size();
  Failure failed = for_each(entry["toFQDNs"], field + ".toFQDNs", [this](const YAML::Node& item, const std::string& f) {
    return read_selector(item, f, false, policy_.selectors);
  });
  for (std::size_t i = before; i < policy_.selectors.size(); ++i) policy_.selectors[i].ports = ports;
  return failed;
}

Failure ManifestReader::read_to_ports(const YAML::Node& to_ports, const std::string& field,
                                      std::vector<PortRange>& ports) {
  return for_each(to_ports, field, [&](const YAML::Node& entry, const std::string& name) -> Failure {
    if (!entry.IsMap()) return failure(entry, name, "is no object");
    const std::size_t before = ports.size();
    Failure failed = for_each(entry["ports"], name + ".ports",
                              [&](const YAML::Node& port, const std::string& f) { return read_port(port, f, ports); });
    if (failed) return failed;
    if (ports.size() == before) {
      warn(entry, name + " names no ports: taken as all ports");
      ports.push_back({.protocol = Protocol::Any});
    }
    const YAML::Node rules = entry["rules"];
    if (!rules || !rules.IsMap()) return std::nullopt;
    return for_each(rules["dns"], name + ".rules.dns", [this](const YAML::Node& rule, const std::string& f) {
      return read_selector(rule, f, true, policy_.dns_rules);
    });
  });
}

// Port 0 is all ports. A named port is one of the destination pod: nothing tells its number for a name outside.
Failure ManifestReader::read_port(const YAML::Node& entry, const std::string& field, std::vector<PortRange>& ports) {
  if (!entry.IsMap()) return failure(entry, field, "is no object");
  const std::string text = scalar(entry["port"]);
  const std::optional<Protocol> protocol = parse_protocol(scalar(entry["protocol"]));
  if (!protocol) return failure(entry, field + ".protocol", "is none of ANY, TCP, UDP, SCTP");
  if (text.empty()) return failure(entry, field + ".port", "is missing");
  const std::optional<std::uint16_t> port = parse_port(text);
  if (!port && starts_like_a_number(text)) return failure(entry, field + ".port", "is no port: " + text);
  if (!port) warn(entry, field + ".port is the named port " + text + ", whose number is not known: taken as any port");
  if (port.value_or(0) == 0) {
    ports.push_back({.protocol = *protocol});
    return std::nullopt;
  }
  const std::string end_text = scalar(entry["endPort"]);
  const std::optional<std::uint16_t> end_port = end_text.empty() ? port : parse_port(end_text);
  if (!end_port || (*end_port != 0 && *end_port < *port)) {
    return failure(entry, field + ".endPort", "is no port at or after port " + text + ": " + end_text);
  }
  ports.push_back({*protocol, *port, *end_port == 0 ? *port : *end_port});
  return std::nullopt;
}

// A DNS rule may have both fields, and then allows either; toFQDNs has exactly one.
Failure ManifestReader::read_selector(const YAML::Node& entry, const std::string& field, bool is_dns_rule,
                                      std::vector<Selector>& into) {
  if (!entry.IsMap()) return failure(entry, field, "is no object");
  const std::size_t before = into.size();
  for (const SelectorKind kind : {SelectorKind::Name, SelectorKind::Pattern}) {
    const char* key = kind == SelectorKind::Name ? "matchName" : "matchPattern";
    const YAML::Node value = entry[key];
    if (!value || value.IsNull()) continue;
    const std::string value_field = below(field, key);
    if (!value.IsScalar()) return failure(value, value_field, "is no string");
    const Source source{file_, document_, line_of(value)};
    Result<Selector> selector = make_selector(kind, value.Scalar(), source, version_);
    if (!selector) return failure(value, value_field, '"' + value.Scalar() + "\" " + selector.error().message);
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
  return std::move(policy_);
}

}  // namespace

Result<Policy> read_manifests(const std::string& content, const std::string& file, const LoadOptions& options) {
  ManifestReader reader(file, options.version);
  try {
    for (const YAML::Node& document : YAML::LoadAll(content)) {
      if (Failure failed = reader.read_document(document)) return *std::move(failed);
    }
  } catch (const YAML::Exception& error) {
    return Error{to_string(Source{file, 0, error.mark.line + 1}) + ": " + error.msg};
  }
  return reader.finish();
}

}  // namespace cnamedrop::policy
