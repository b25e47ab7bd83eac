// SPDX-License-Identifier: Apache-2.0
// Puts a JSON Schema (draft-07) together: objects that refuse what they do not describe, and definitions that are made
// when they are first referred to.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/writer.h"

namespace cnamedrop::json {

class Schema;

// The properties of one object.
class ObjectSchema {
 public:
  explicit ObjectSchema(Schema& schema) : schema_(schema) {}

  // write: the members of the value's own schema.
  template <typename Write>
  void member(FieldName name, std::string_view sentence, bool required, Write write) {
    properties_.key(name);
    properties_.begin_object();
    properties_.field("description", sentence);
    write(properties_, schema_);
    properties_.end_object();
    if (required) required_.emplace_back(name.text());
  }

  // Members of other names may be there, if they hold to this.
  template <typename Write>
  void others(Write write) {
    others_.clear();
    Writer json(others_);
    json.begin_object();
    write(json, schema_);
    json.end_object();
  }

  // To be called once.
  std::string finish(std::string_view sentence);

 private:
  Schema& schema_;
  std::string text_ = "{";
  Writer properties_{text_};
  std::string others_ = "false";
  std::vector<std::string> required_;
};

class Schema {
 public:
  // Writes a reference to the definition of that name, which add(ObjectSchema&) fills if it is new.
  template <typename Add>
  void reference(Writer& json, const std::string& name, std::string_view sentence, Add add) {
    if (begin(name)) {
      ObjectSchema object(*this);
      add(object);
      define(name, object.finish(sentence));
    }
    // "allOf", because a reader of draft-07 ignores what stands beside "$ref".
    json.raw_member("allOf", R"([{"$ref":"#/definitions/)" + name + R"("}])");
  }

  // The whole document, indented, with a newline at its end. Each of alternatives is the name of a definition.
  std::string finish(std::string_view title, std::string_view description,
                     const std::vector<std::string>& alternatives);

 private:
  bool begin(const std::string& name);
  void define(const std::string& name, std::string text);

  std::vector<std::pair<std::string, std::string>> definitions_;  // in the order of the first reference
};

}  // namespace cnamedrop::json
