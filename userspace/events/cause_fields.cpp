// Reads the evidence of a cause. Ages are not read: they follow from the times.
#include "events/cause_fields.h"

namespace cnamedrop::events {
namespace {

AliasStep read_step(const Fields& fields) {
  AliasStep step;
  std::string revealed_by;
  fields.require("owner", step.owner);
  fields.require("target", step.target);
  fields.get("ttl", step.ttl);
  fields.require("seen", step.seen, convert_time);
  fields.get("revealed_by", revealed_by);
  step.by_cname_question = revealed_by == "cname_question";
  return step;
}

Credit read_credit(const Fields& fields) {
  Credit credit;
  fields.require("name", credit.name);
  fields.require("qtype", credit.qtype, convert_rr_type);
  fields.require("learned", credit.learned, convert_time);
  fields.require("expires", credit.expires, convert_time);
  fields.get("ttl", credit.ttl);
  fields.get("live", credit.live);
  fields.objects("chain", credit.chain, read_step);
  return credit;
}

Chase read_chase(const Fields& fields) {
  Chase chase;
  fields.require("origin", chase.origin);
  fields.require("credited_to", chase.credited);
  fields.require("how", chase.how);
  fields.require("origin_asked", chase.origin_asked, convert_time);
  fields.require("origin_qtype", chase.origin_qtype, convert_rr_type);
  fields.get("aliases_live", chase.aliases_live);
  fields.get("origin_allowed", chase.origin_allowed);
  fields.objects("chain", chase.chain, read_step);
  fields.object("last_direct_credit", [&](const Fields& credit) { chase.last_direct_credit = read_credit(credit); });
  return chase;
}

SelectorCitation read_selector(const Fields& fields) {
  SelectorCitation selector;
  fields.require("text", selector.text);
  fields.get("source", selector.source);
  fields.get("matched", selector.matched);
  return selector;
}

}  // namespace

dns::Question read_question(const Fields& fields) {
  dns::Question question;
  fields.require("name", question.name);
  fields.require("type", question.type, convert_rr_type);
  fields.require("class", question.klass);
  return question;
}

Cause read_cause(const Fields& fields) {
  Cause cause;
  fields.require("kind", cause.kind);
  fields.list("doubts", cause.doubts);
  fields.require("address", cause.address);
  fields.objects("credits", cause.credits, read_credit);
  fields.get("credits_omitted", cause.credits_omitted);
  fields.objects("chases", cause.chases, read_chase);
  fields.list("learned_by_pods", cause.learned_by_pods);
  fields.object("question", [&](const Fields& question) { cause.question = read_question(question); });
  fields.object("selector", [&](const Fields& selector) { cause.selector = read_selector(selector); });
  fields.get("note", cause.note);
  return cause;
}

}  // namespace cnamedrop::events
