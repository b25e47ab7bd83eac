// SPDX-License-Identifier: Apache-2.0
// What the readers of a manifest's parts share: the place of a problem, the warnings so far, and how much may be kept.
// An odd entry is a warning: what stands around it is used.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/policy.h"
#include "policy/yaml_tree.h"

namespace cnamedrop::policy {

class YamlReading {
 public:
  YamlReading(std::string file, CiliumVersion version) : file_(std::move(file)), version_(version) {}

  void begin_document() { ++document_; }
  Source source_of(YamlNode node) const { return {file_, document_, node ? node.line() : 0}; }
  CiliumVersion version() const { return version_; }

  // "file:12: what"
  void warn(YamlNode node, const std::string& what);
  // All warnings; those beyond a bound are one that counts them.
  std::vector<std::string> take_warnings();

  // Counts what is kept in memory. False, once, with a warning, where it is too much: the entry is to be left out.
  bool keep(YamlNode node, std::size_t selectors, std::size_t ranges);

  // Calls read(entry, "field[i]") for each entry of a list; a missing or null one has none. False if it is not a list.
  template <typename Read>
  bool for_each(YamlNode list, const std::string& field, Read read) {
    if (!list || list.is_null()) return true;
    if (!list.is_list()) {
      warn(list, field + " is not a list: left out");
      return false;
    }
    std::size_t i = 0;
    for (YamlNode entry = list.first_child(); entry; entry = entry.next())
      read(entry, field + "[" + std::to_string(i++) + "]");
    return true;
  }

 private:
  std::string file_;
  CiliumVersion version_;
  int document_ = 0;
  std::vector<std::string> warnings_;
  std::size_t more_warnings_ = 0;
  std::size_t selectors_ = 0;
  std::size_t ranges_ = 0;
  bool full_ = false;
};

}  // namespace cnamedrop::policy
