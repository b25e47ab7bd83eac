// SPDX-License-Identifier: Apache-2.0
// Puts the path of a place together.
#include "json/place.h"

#include <utility>

namespace cnamedrop::json {

void Place::fail(std::string message) const {
  if (!ok()) return;
  problem_->field = path();
  problem_->message = std::move(message);
}

std::string Place::path() const {
  if (parent_ == nullptr) return "";
  std::string path = parent_->path();
  if (index_ != no_index) return path + '[' + std::to_string(index_) + ']';
  if (!path.empty()) path += '.';
  return path += name_;
}

}  // namespace cnamedrop::json
