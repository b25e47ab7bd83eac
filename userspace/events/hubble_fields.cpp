// Field by field, in the order of flow.proto's messages.
#include "events/hubble_fields.h"

#include <algorithm>
#include <optional>

#include "events/enum_names.h"

namespace cnamedrop::events {
namespace {

// An array of texts that is left out when it would be empty.
class OptionalArray {
 public:
  OptionalArray(json::Writer& json, json::FieldName name) : json_(json), name_(name) {}
  ~OptionalArray() {
    if (begun_) json_.end_array();
  }
  OptionalArray(const OptionalArray&) = delete;
  OptionalArray& operator=(const OptionalArray&) = delete;

  void string(std::string_view text) {
    if (!begun_) {
      json_.key(name_);
      json_.begin_array();
      begun_ = true;
    }
    json_.string(text);
  }

 private:
  json::Writer& json_;
  json::FieldName name_;
  bool begun_ = false;
};

bool is_address(const dns::Record& answer) { return answer.type == dns::type::A || answer.type == dns::type::AAAA; }

void write_answer_types(json::Writer& json, const std::vector<dns::Record>& answers) {
  OptionalArray types(json, "rrtypes");
  for (auto answer = answers.begin(); answer != answers.end(); ++answer) {
    const auto same_type = [&](const dns::Record& earlier) { return earlier.type == answer->type; };
    if (std::none_of(answers.begin(), answer, same_type)) types.string(dns::rr_type_to_string(answer->type));
  }
}

void write_aliases(json::Writer& json, const std::vector<dns::Record>& answers) {
  OptionalArray aliases(json, "cnames");
  for (const dns::Record& answer : answers) {
    if (answer.type == dns::type::CNAME) aliases.string(answer.target);
  }
}

void write_learned_addresses(json::Writer& json, const std::vector<dns::Record>& answers) {
  OptionalArray addresses(json, "ips");
  for (const dns::Record& answer : answers) {
    if (!is_address(answer)) continue;
    for (const dns::IpAddress& address : answer.addresses) addresses.string(dns::to_string(address));
  }
}

void write_smallest_ttl(json::Writer& json, const std::vector<dns::Record>& answers) {
  std::optional<std::uint32_t> ttl;
  for (const dns::Record& answer : answers) {
    const bool counts = is_address(answer) || answer.type == dns::type::CNAME;
    if (counts) ttl = std::min(ttl.value_or(answer.ttl), answer.ttl);
  }
  if (ttl) json.field("ttl", *ttl);
}

}  // namespace

void write_addresses(json::Writer& json, const Flow& flow) {
  json.begin_object();
  json.field("source", dns::to_string(source(flow).address));
  json.field("destination", dns::to_string(destination(flow).address));
  json.field("ipVersion", flow.local.address.version == dns::IpVersion::V4 ? "IPv4" : "IPv6");
  json.end_object();
}

void write_ports(json::Writer& json, const Flow& flow) {
  json.begin_object();
  json.key(protocol_to_string(flow.protocol));
  json.begin_object();
  json.field_unless_zero("source_port", source(flow).port);
  json.field_unless_zero("destination_port", destination(flow).port);
  if (flow.tcp_flags != 0) {
    json.key("flags");
    json.begin_object();
    for (std::size_t bit = 0; bit < tcp_flag_names.size(); ++bit) {
      json.field_if(tcp_flag_names[bit], (flow.tcp_flags >> bit & 1) != 0);
    }
    json.end_object();
  }
  json.end_object();
  json.end_object();
}

void write_answer_summary(json::Writer& json, const std::vector<dns::Record>& answers) {
  write_answer_types(json, answers);
  write_aliases(json, answers);
  write_learned_addresses(json, answers);
  write_smallest_ttl(json, answers);
}

void write_remote_names(json::Writer& json, const std::vector<dns::Name>& names, Direction direction) {
  OptionalArray plain(
      json, direction == Direction::Egress ? json::FieldName("destination_names") : json::FieldName("source_names"));
  for (const dns::Name& name : names) plain.string(dns::short_name(name));
}

}  // namespace cnamedrop::events
