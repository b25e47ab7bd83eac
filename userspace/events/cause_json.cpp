// Writes the evidence of a cause. Every time stands there twice, as a time and as its age at the drop: readers of one
// line should not have to subtract.
#include "events/cause_json.h"

#include "events/enum_names.h"
#include "types/time_text.h"

namespace cnamedrop::events {
namespace {

void write_age(json::Writer& json, json::FieldName name, Time time, Time dropped_at) {
  json.key(name);
  // Unsigned, because it wraps: times of a file may be any.
  json.signed_number_string(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(dropped_at) - static_cast<std::uint64_t>(time)));
}

void write_chain(json::Writer& json, const std::vector<AliasStep>& chain, Time dropped_at) {
  if (chain.empty()) return;
  json.key("chain");
  json.begin_array();
  for (const AliasStep& step : chain) {
    json.begin_object();
    json.field("owner", step.owner);
    json.field("target", step.target);
    json.field("ttl", step.ttl);
    write_time(json, "seen", step.seen);
    write_age(json, "age_ns", step.seen, dropped_at);
    json.field("revealed_by", step.by_cname_question ? "cname_question" : "answer");
    json.end_object();
  }
  json.end_array();
}

void write_credit(json::Writer& json, const Credit& credit, Time dropped_at) {
  json.begin_object();
  json.field("name", credit.name);
  json.field("qtype", dns::rr_type_to_string(credit.qtype));
  write_time(json, "learned", credit.learned);
  write_age(json, "learned_age_ns", credit.learned, dropped_at);
  write_time(json, "expires", credit.expires);
  json.field("ttl", credit.ttl);
  json.field("live", credit.live);
  write_chain(json, credit.chain, dropped_at);
  json.end_object();
}

void write_chase(json::Writer& json, const Chase& chase, Time dropped_at) {
  json.begin_object();
  json.field("origin", chase.origin);
  json.field("credited_to", chase.credited);
  json.field("how", to_string(chase.how));
  write_time(json, "origin_asked", chase.origin_asked);
  write_age(json, "origin_asked_age_ns", chase.origin_asked, dropped_at);
  json.field("origin_qtype", dns::rr_type_to_string(chase.origin_qtype));
  json.field("aliases_live", chase.aliases_live);
  if (chase.origin_allowed) json.field("origin_allowed", *chase.origin_allowed);
  write_chain(json, chase.chain, dropped_at);
  if (chase.last_direct_credit) {
    json.key("last_direct_credit");
    write_credit(json, *chase.last_direct_credit, dropped_at);
  }
  json.end_object();
}

template <typename Items, typename Write>
void write_objects(json::Writer& json, json::FieldName name, const Items& items, Write write, Time dropped_at) {
  if (items.empty()) return;
  json.key(name);
  json.begin_array();
  for (const auto& item : items) write(json, item, dropped_at);
  json.end_array();
}

void write_selector(json::Writer& json, const SelectorCitation& selector) {
  json.key("selector");
  json.begin_object();
  json.field("text", selector.text);
  json.field_unless_empty("source", selector.source);
  json.field_unless_empty("matched", selector.matched);
  json.end_object();
}

}  // namespace

void write_time(json::Writer& json, json::FieldName name, Time time) {
  json.key(name);
  json.plain_string([time](std::string& out) { append_time(out, time); });
}

void write_address(json::Writer& json, json::FieldName name, const dns::IpAddress& address) {
  json.field(name, dns::to_string(address));
}

void write_question(json::Writer& json, const dns::Question& question) {
  json.begin_object();
  json.field("name", question.name);
  json.field("type", dns::rr_type_to_string(question.type));
  json.field("class", question.klass);
  json.end_object();
}

void write_cause(json::Writer& json, const Cause& cause, Time dropped_at) {
  json.begin_object();
  json.field("kind", to_string(cause.kind));
  json.field("confidence", cause.doubts.empty() ? "full" : "partial");
  write_texts(json, "doubts", cause.doubts);
  write_address(json, "address", cause.address);
  write_objects(json, "credits", cause.credits, write_credit, dropped_at);
  json.field_unless_zero("credits_omitted", cause.credits_omitted);
  write_objects(json, "chases", cause.chases, write_chase, dropped_at);
  write_texts(json, "learned_by_pods", cause.learned_by_pods);
  if (cause.question) {
    json.key("question");
    write_question(json, *cause.question);
  }
  if (cause.selector) write_selector(json, *cause.selector);
  json.field_unless_empty("note", cause.note);
  json.end_object();
}

}  // namespace cnamedrop::events
