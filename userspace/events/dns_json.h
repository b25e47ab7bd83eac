// SPDX-License-Identifier: Apache-2.0
// A DNS message as the event file and Hubble's flows have it. Included only where events are made or taken apart.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "dns/answer.h"
#include "events/forms.h"

namespace cnamedrop::events {

using Questions = std::vector<dns::Question>;
using Records = std::vector<dns::Record>;

// The three ways in which the questions of a message stand in its line: read in this order, the later complete or
// replace the earlier.
struct FirstName {
  static bool is_empty(const Questions& questions) { return questions.empty(); }
  static void write(json::Writer& json, const Questions& questions) { json.string(questions.front().name); }
  static json::Expected parse(const json::Value& value, Questions& out) {
    out.assign(1, dns::Question{"", 0, dns::class_in});
    return json::Form<std::string>::parse(value, out.front().name);
  }
  static void schema(json::Writer& json, json::Schema& schema) { json::Form<std::string>::schema(json, schema); }
};
struct Types {
  static bool is_empty(const Questions& questions) { return questions.empty(); }
  static void write(json::Writer& json, const Questions& questions) {
    json.begin_array();
    for (const dns::Question& question : questions) RrType::write(json, question.type);
    json.end_array();
  }
  static void read(const json::Place& at, const json::Value& value, Questions& out) {
    std::vector<std::uint16_t> types;
    json::ListForm<std::uint16_t, RrType>::read(at, value, types);
    if (!types.empty() && !out.empty()) out.front().type = types.front();
  }
  static void schema(json::Writer& json, json::Schema& schema) {
    json::ListForm<std::uint16_t, RrType>::schema(json, schema);
  }
};
struct WholeQuestions;

// What follows from the answer section, as Hubble's flow.proto has it too. Each is left out where it would be empty.
struct AnswerSummary {
  struct AnswerTypes {
    static bool is_empty(const Records& answers) { return answers.empty(); }
    static void write(json::Writer& json, const Records& answers) {
      json.begin_array();
      for (auto answer = answers.begin(); answer != answers.end(); ++answer) {
        const auto same_type = [&](const dns::Record& earlier) { return earlier.type == answer->type; };
        if (std::none_of(answers.begin(), answer, same_type)) RrType::write(json, answer->type);
      }
      json.end_array();
    }
    static void schema(json::Writer& json, json::Schema& schema) {
      json::ListForm<std::uint16_t, RrType>::schema(json, schema);
    }
  };
  struct Aliases {
    static bool is_empty(const Records& answers) { return std::ranges::none_of(answers, dns::is_alias); }
    static void write(json::Writer& json, const Records& answers) {
      json.begin_array();
      for (const dns::Record& answer : answers)
        if (dns::is_alias(answer)) json.string(answer.target);
      json.end_array();
    }
    static void schema(json::Writer& json, json::Schema& schema) {
      json::Form<std::vector<std::string>>::schema(json, schema);
    }
  };
  struct Addresses {
    static bool is_empty(const Records& answers) { return std::ranges::none_of(answers, dns::is_address); }
    static void write(json::Writer& json, const Records& answers) {
      json.begin_array();
      for (const dns::Record& answer : answers) {
        if (!dns::is_address(answer)) continue;
        for (const dns::IpAddress& address : answer.addresses) json::Form<dns::IpAddress>::write(json, address);
      }
      json.end_array();
    }
    static void schema(json::Writer& json, json::Schema& schema) {
      json::Form<std::vector<std::string>>::schema(json, schema);
    }
  };

  const Records& answers;

  static const Records& of(const AnswerSummary& summary) { return summary.answers; }
  static constexpr auto describe() {
    return json::object(
        "answer_summary", "The answer section in short.",
        json::derived_unless_empty<AnswerTypes>("rrtypes", of, "Types found in the answer section, each once."),
        json::derived_unless_empty<Aliases>("cnames", of, "Targets of the CNAME records of the answer, in order."),
        json::derived_unless_empty<Addresses>("ips", of,
                                              "Addresses of the A and AAAA records of the answer, in order."),
        json::derived_unless_empty(
            "ttl", [](const AnswerSummary& summary) { return dns::smallest_ttl(summary.answers); },
            "Smallest TTL of the A, AAAA and CNAME records of the answer, in seconds: what a policy engine counts "
            "from."));
  }
};

// The header flags of a message; only those that are set.
struct HeaderFlags {
  struct Flag {
    json::FieldName name;
    bool dns::Message::*member;
    const char* sentence;
  };
  static constexpr Flag flags[] = {{"AA", &dns::Message::authoritative, "Authoritative answer."},
                                   {"RD", &dns::Message::recursion_desired, "Recursion desired."},
                                   {"RA", &dns::Message::recursion_available, "Recursion available."},
                                   {"AD", &dns::Message::authentic_data, "Authentic data."},
                                   {"CD", &dns::Message::checking_disabled, "Checking disabled."}};

  static bool is_empty(const dns::Message& message) {
    return std::ranges::none_of(flags, [&](const Flag& flag) { return message.*flag.member; });
  }
  static void write(json::Writer& json, const dns::Message& message) {
    json.begin_object();
    for (const Flag& flag : flags) json.field_if(flag.name, message.*flag.member);
    json.end_object();
  }
  static void read(const json::Place& at, const json::Value& value, dns::Message& out) {
    if (!value.IsObject()) return at.fail("is not an object");
    const json::Members members(value);
    for (const Flag& flag : flags) json::read_member<json::Form<bool>>(at, members, flag.name.text(), out.*flag.member);
  }
  static void schema(json::Writer& json, json::Schema& schema) {
    schema.reference(json, "header_flags", "Header flags of a DNS message; only those that are set.",
                     [](json::ObjectSchema& object) {
                       for (const Flag& flag : flags)
                         object.member(flag.name, flag.sentence, false,
                                       [](json::Writer& value, json::Schema&) { value.raw_member("enum", "[true]"); });
                     });
  }
};

// Of an answer, and of a question that has one all the same.
struct ResponseCode {
  static bool is_empty(const dns::Message& message) { return !message.response && message.rcode == 0; }
  static void write(json::Writer& json, const dns::Message& message) { json.number(message.rcode); }
  static json::Expected parse(const json::Value& value, dns::Message& out) {
    return json::Form<std::uint16_t>::parse(value, out.rcode);
  }
  static void schema(json::Writer& json, json::Schema& schema) { json::Form<std::uint16_t>::schema(json, schema); }
};
struct ResponseCodeName {
  static bool is_empty(const dns::Message& message) { return ResponseCode::is_empty(message); }
  static void write(json::Writer& json, const dns::Message& message) {
    json.string(dns::rcode_to_string(message.rcode));
  }
  static void schema(json::Writer& json, json::Schema& schema) { json::Form<std::string>::schema(json, schema); }
};

// The class of a record; IN says nothing.
struct RecordClass {
  static bool is_empty(std::uint16_t klass) { return klass == dns::class_in; }
  static void write(json::Writer& json, std::uint16_t klass) { json.number(klass); }
  static json::Expected parse(const json::Value& value, std::uint16_t& out) {
    return json::Form<std::uint16_t>::parse(value, out);
  }
  static void schema(json::Writer& json, json::Schema& schema) { json::Form<std::uint16_t>::schema(json, schema); }
};

}  // namespace cnamedrop::events

namespace cnamedrop::json {

template <>
struct Description<dns::Question> {
  static constexpr auto value =
      object("question", "One DNS question.", required("name", &dns::Question::name, "Name asked for."),
             required<events::RrType>("type", &dns::Question::type, "Record type asked for."),
             required("class", &dns::Question::klass, "Class asked for; 1 is IN."));
};

template <>
struct Description<dns::Record> {
  static constexpr auto value = object(
      "answer", "One record of the answer section.", required("name", &dns::Record::owner, "Owner of the record."),
      required<events::RrType>("type", &dns::Record::type, "Type of the record."),
      optional<events::RecordClass>("class", &dns::Record::klass, "Class of the record; absent for IN."),
      required("ttl", &dns::Record::ttl, "Time to live in seconds."),
      optional("target", &dns::Record::target,
               "Name that the record points to: CNAME, DNAME, NS, PTR, SRV, SVCB, HTTPS."),
      optional("ips", &dns::Record::addresses, "Addresses in the record: A, AAAA, and the hints of SVCB and HTTPS."));
};

}  // namespace cnamedrop::json

namespace cnamedrop::events {

struct WholeQuestions : json::Form<Questions> {
  static bool is_empty(const Questions& questions) {
    return questions.empty() || (questions.size() == 1 && questions.front().klass == dns::class_in);
  }
  static void read(const json::Place& at, const json::Value& value, Questions& out) {
    out.clear();
    json::Form<Questions>::read(at, value, out);
  }
};

// Records of class IN unless they say another one.
struct AnswerSection : json::Form<Records> {
  static void read(const json::Place& at, const json::Value& value, Records& out) {
    if (!value.IsArray()) return at.fail("is not an array");
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      out.emplace_back().klass = dns::class_in;
      json::Form<dns::Record>::read(json::Place(at, i), value[i], out.back());
    }
  }
};

}  // namespace cnamedrop::events

namespace cnamedrop::json {

template <>
struct Description<dns::Message> {
  using M = dns::Message;
  static constexpr auto whole = [](auto& message) -> auto& { return message; };
  static constexpr auto value = object(
      "dns", "A DNS message.", required("id", &M::id, "Message id."),
      optional<events::FirstName>(
          "query", &M::questions,
          "Name asked for, lower case, with the final dot, escaped as in RFC 1035 section 5.1."),
      optional<events::Types>("qtypes", &M::questions, "Record types asked for."),
      optional<events::WholeQuestions>("questions", &M::questions,
                                       "All questions, when there are several or one is of another class than IN."),
      optional<events::ResponseCode>("rcode", whole, "Response code, with the EDNS extension bits."),
      derived_unless_empty<events::ResponseCodeName>("rcode_name", whole,
                                                     "Response code by name, for example NXDOMAIN."),
      spliced([](const M& message) { return events::AnswerSummary{message.answers}; }),
      optional<events::AnswerSection>("answers", &M::answers, "The answer section."),
      optional("opcode", &M::opcode, "Opcode; absent for a standard query."),
      optional<events::HeaderFlags>("flags", whole, "Header flags; only those that are set."),
      optional("truncated", &M::truncated, "The sender cut the message (TC): the client asks again over TCP."),
      optional("edns_udp_size", &M::edns_udp_size, "UDP payload size of the EDNS record, if there is one."),
      optional("edns_do", &M::edns_do, "The sender asks for DNSSEC records (DO)."),
      always("size", &M::size, "Bytes of the message on the wire."),
      optional("cut", &M::cut, "The trace holds only the first part of the message: records may be missing."));
};

}  // namespace cnamedrop::json
