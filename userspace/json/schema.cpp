// SPDX-License-Identifier: Apache-2.0
// Written by hand as text, since what goes in is known: the parts are JSON already.
#include "json/schema.h"

#include <algorithm>

#include "json/indented.h"

namespace cnamedrop::json {

std::string ObjectSchema::finish(std::string_view sentence) {
  text_ += '}';
  std::string out;
  Writer json(out);
  json.begin_object();
  json.field("description", sentence);
  json.field("type", "object");
  json.raw_member("properties", text_);
  if (!required_.empty()) {
    json.key("required");
    json.begin_array();
    for (const std::string& name : required_) json.string(name);
    json.end_array();
  }
  json.raw_member("additionalProperties", others_);
  json.end_object();
  return out;
}

bool Schema::begin(const std::string& name) {
  const auto known = std::ranges::find(definitions_, name, &std::pair<std::string, std::string>::first);
  if (known != definitions_.end()) return false;
  definitions_.emplace_back(name, "");
  return true;
}

void Schema::define(const std::string& name, std::string text) {
  std::ranges::find(definitions_, name, &std::pair<std::string, std::string>::first)->second = std::move(text);
}

std::string Schema::finish(std::string_view title, std::string_view description,
                           const std::vector<std::string>& alternatives) {
  std::string compact;
  Writer json(compact);
  json.begin_object();
  json.field("$schema", "http://json-schema.org/draft-07/schema#");
  json.field("title", title);
  json.field("description", description);
  json.key("oneOf");
  json.begin_array();
  for (const std::string& name : alternatives) {
    json.begin_object();
    json.field("$ref", "#/definitions/" + name);
    json.end_object();
  }
  json.end_array();
  json.key("definitions");
  json.begin_object();
  for (const auto& [name, text] : definitions_) json.raw_member(name, text);
  json.end_object();
  json.end_object();
  std::string out;
  append_indented(out, compact);
  return out;
}

}  // namespace cnamedrop::json
