// SPDX-License-Identifier: Apache-2.0
// The one result type: a value, or the message that the user is to read. What a user can meet travels as a value;
// exceptions are for start-up and for programming errors.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace cnamedrop {

// A complete sentence part for a human: what was tried, on what, and why it failed. No trailing newline.
struct Error {
  std::string message;
};

// Holds either a T or an Error. value() and error() are only to be called on the side that is held.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor): reads as a return
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): reads as a return

  explicit operator bool() const { return value_.has_value(); }
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  const Error& error() const { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

}  // namespace cnamedrop
