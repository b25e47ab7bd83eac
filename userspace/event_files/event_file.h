// SPDX-License-Identifier: Apache-2.0
// Opening a file that events may be appended to, and what has to be known of what it holds. Not for reading events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "events/observation.h"
#include "types/output_descriptor.h"
#include "types/result.h"

namespace cnamedrop::event_files {

struct EventFile {
  OutputDescriptor output;
  bool regular = false;        // else a FIFO or a character device: no size, no rotation
  std::uint64_t size = 0;      // bytes that a regular file holds
  bool last_line_cut = false;  // the last byte is no '\n'
  std::optional<Time> begun;   // time of the first event, if there is one
};

// Opens path for appending, and creates it (mode 0640) if nothing is there. Refuses whatever is not ours to append to:
// a directory, a socket, a block device, or a file whose first line is no event of this schema version. Never blocks.
Result<EventFile> open_event_file(const std::string& path);

// What rotation makes of path: number 1 is the newest.
std::string backup_name(const std::string& path, unsigned number);

// True if path is the very file behind the descriptor: nobody has renamed or removed it.
bool is_same_file(const std::string& path, const FileDescriptor& descriptor);

}  // namespace cnamedrop::event_files
