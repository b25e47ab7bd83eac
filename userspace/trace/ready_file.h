// SPDX-License-Identifier: Apache-2.0
// Tells scripts that every packet is seen, so that they need not sleep.
#pragma once

#include <optional>
#include <string>

#include "types/result.h"

namespace cnamedrop::trace {

class ReadyFile {
 public:
  // path "": there is none. Writes nothing yet.
  explicit ReadyFile(std::string path);
  // Removes it.
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  // Writes the process id, once. To be called again and again: a FIFO is written when somebody reads it. The error is
  // why it cannot be written; then it is not tried again.
  std::optional<Error> announce();

 private:
  std::string path_;
  bool done_;
};

}  // namespace cnamedrop::trace
