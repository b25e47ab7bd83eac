// SPDX-License-Identifier: Apache-2.0
// Where in a parsed line a value stands, and the first thing that is wrong with the line. Places are made on the stack,
// each inside its parent: the path of a field is only put together when it is needed.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace cnamedrop::json {

// An empty message: nothing is wrong. field is a path like "drop.original_remote.port", or "" for the line itself.
struct Problem {
  std::string field;
  std::string message;
};

class Place {
 public:
  explicit Place(Problem& problem) : problem_(&problem) {}
  Place(const Place& parent, std::string_view name) : problem_(parent.problem_), parent_(&parent), name_(name) {}
  Place(const Place& parent, std::size_t index) : problem_(parent.problem_), parent_(&parent), index_(index) {}

  bool ok() const { return problem_->message.empty(); }

  // Keeps the problem if it is the first.
  void fail(std::string message) const;

 private:
  static constexpr std::size_t no_index = std::numeric_limits<std::size_t>::max();

  std::string path() const;

  Problem* problem_;
  const Place* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = no_index;
};

}  // namespace cnamedrop::json
