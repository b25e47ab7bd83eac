// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml_reading.h"

namespace cnamedrop::policy {
namespace {

constexpr std::size_t max_warnings = 100;
constexpr std::size_t max_ranges = 4'000'000;  // each selector has a copy of its rule's

}  // namespace

void YamlReading::warn(YamlNode node, const std::string& what) {
  if (warnings_.size() < max_warnings)
    warnings_.push_back(to_string(source_of(node)) + ": " + what);
  else
    ++more_warnings_;
}

std::vector<std::string> YamlReading::take_warnings() {
  if (more_warnings_ != 0)
    warnings_.push_back(file_ + ": " + std::to_string(more_warnings_) + " more warnings of this kind");
  return std::move(warnings_);
}

bool YamlReading::keep(YamlNode node, std::size_t selectors, std::size_t ranges) {
  if (selectors_ + selectors <= max_selectors && ranges_ + ranges <= max_ranges) {
    selectors_ += selectors;
    ranges_ += ranges;
    return true;
  }
  if (!full_) warn(node, "from here on there are too many selectors or ports to keep in memory: left out");
  full_ = true;
  return false;
}

}  // namespace cnamedrop::policy
