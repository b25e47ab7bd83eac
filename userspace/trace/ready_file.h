// SPDX-License-Identifier: Apache-2.0
// Tells scripts that every packet is seen, so that they need not sleep.
#pragma once

#include <optional>
#include <string>

#include "types/file_descriptor.h"
#include "types/result.h"

namespace cnamedrop::trace {

class ReadyFile {
 public:
  // path "": there is none. Writes nothing yet.
  explicit ReadyFile(std::string path);
  // Removes the file that was written. A FIFO stays, it belongs to whoever made it; so does what took the file's place.
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  // Writes the process id, once. To be called again and again: a FIFO is written when somebody reads it. The error is
  // why it cannot be written; then it is not tried again.
  std::optional<Error> announce();

 private:
  std::string path_;
  bool done_;
  FileDescriptor written_;  // a regular file; open, so that no other file gets its inode number
};

}  // namespace cnamedrop::trace
