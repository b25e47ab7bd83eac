// SPDX-License-Identifier: Apache-2.0
// Keeps events as JSON Lines in a file that survives: whole lines only, rotation, a full disk, reopening by a log
// rotator. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "event_files/event_file.h"
#include "events/sink.h"

namespace cnamedrop::event_files {

struct FileSinkOptions {
  std::string path;                  // "-" is standard output
  std::uint64_t max_bytes = 0;       // rotate before a file grows over this; 0: no limit
  Duration max_age{};                // rotate when the first event of a file is older than this; 0: no limit
  unsigned max_backups = 5;          // files name.1 (newest) to name.N that are kept; 0: none
  std::size_t max_buffer = 1 << 20;  // bytes that wait while nothing can be written; beyond, events are dropped
};

struct FileSinkCounters {
  std::uint64_t events_written = 0;  // taken; those still in the buffer included
  std::uint64_t events_dropped = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t rotations = 0;
  std::uint64_t errors = 0;  // of the system, from the first failed call until it works again counted once
};

class FileSink final : public events::Sink {
 public:
  // Appends to what is there; see open_event_file() for what is refused. Makes the process ignore SIGPIPE: a reader
  // that went away is an error of write(2), not the end of the trace.
  static Result<std::unique_ptr<FileSink>> open(FileSinkOptions options);

  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  void write(const events::Event& event) override;
  void flush() override;

  std::optional<Error> reopen() override;
  std::uint64_t unwritten() const override;
  std::uint64_t dropped() const override { return counters_.events_dropped; }
  std::string problem() const override { return last_error_; }
  bool reader_gone() const override { return reader_gone_; }

  const FileSinkCounters& counters() const { return counters_; }
  // Bytes not yet written. What is left after the last flush() is lost.
  std::size_t pending_bytes() const { return buffer_.size() - written_; }

 private:
  FileSink(FileSinkOptions options, EventFile file);

  bool drain();
  void note_write_error(int error);
  void forget_written_lines();
  bool wants_rotation(Time time, std::size_t line_bytes) const;
  void rotate();
  bool shift_backups();
  void use(EventFile file);
  bool append(const events::Event& event);
  void report_dropped();
  void count_dropped(const events::Event& event);
  void fail(std::string message);

  FileSinkOptions options_;
  EventFile file_;
  std::string buffer_;       // whole lines; of the first, a part may be written already
  std::size_t written_ = 0;  // bytes of that part
  std::string line_;         // reused for the line being made
  bool failing_ = false;     // the last attempt to write failed: only flush() tries again
  bool rotation_failed_ = false;
  bool reader_gone_ = false;
  Time last_time_;
  std::shared_ptr<const events::TraceId> trace_;
  std::uint64_t unreported_ = 0;                   // events dropped since the last `lost` event
  std::optional<std::uint64_t> last_dropped_seq_;  // the `lost` event takes the place of the last of them
  Time dropped_since_;
  FileSinkCounters counters_;
  std::string last_error_;
};

}  // namespace cnamedrop::event_files
