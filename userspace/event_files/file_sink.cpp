// SPDX-License-Identifier: Apache-2.0
// The buffer always begins at the start of a line, even if some of that line is written: so a line that was cut by a
// full disk is finished where it began, or written whole in the next file.
#include "event_files/file_sink.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "events/event_json.h"

namespace cnamedrop::event_files {
namespace {

constexpr std::size_t write_bytes = 1 << 16;  // buffered before write(2) is called without a flush

std::string rotation_error(const std::string& path) {
  return "cannot rotate output file " + path + ": " + std::strerror(errno);
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(FileSinkOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  EventFile file;
  if (options.path == "-") {
    file.output = OutputDescriptor::shared(STDOUT_FILENO);
  } else {
    auto opened = open_event_file(options.path);
    if (!opened) return opened.error();
    file = std::move(*opened);
  }
  return std::unique_ptr<FileSink>(new FileSink(std::move(options), std::move(file)));
}

FileSink::FileSink(FileSinkOptions options, EventFile file) : options_(std::move(options)) { use(std::move(file)); }

FileSink::~FileSink() { flush(); }

// Only called with no part of a line written: a cut line ends in the file where it began, or is begun anew.
void FileSink::use(EventFile file) {
  file_ = std::move(file);
  if (file_.last_line_cut) buffer_.insert(0, 1, '\n');
}

void FileSink::write(const events::Event& event) {
  last_time_ = event.observation.time;
  trace_ = event.observation.trace;
  if (unreported_ > 0) {
    count_dropped(event);
    return;
  }
  if (!append(event)) {
    dropped_since_ = last_time_;
    count_dropped(event);
    if (!failing_) fail("the reader of output file " + options_.path + " is too slow");
  }
  if (!failing_ && buffer_.size() >= write_bytes) drain();
}

void FileSink::count_dropped(const events::Event& event) {
  ++unreported_;
  last_dropped_seq_ = event.observation.seq;
  ++counters_.events_dropped;
}

// Puts the event's line into the buffer, into a new file if it is time for one. False if there is no room.
bool FileSink::append(const events::Event& event) {
  line_.clear();
  events::append_json(line_, event);
  if (wants_rotation(event.observation.time, line_.size()) && !failing_ && drain()) rotate();
  if (buffer_.size() + line_.size() > options_.max_buffer) {
    if (failing_ || !drain()) return false;
  }
  if (!file_.begun) file_.begun = event.observation.time;
  buffer_ += line_;
  ++counters_.events_written;
  return true;
}

void FileSink::flush() {
  if (!drain() || unreported_ == 0) return;
  report_dropped();
  drain();
}

// Once the file takes lines again it says itself what is missing.
void FileSink::report_dropped() {
  events::Event lost;
  lost.observation = {last_time_, events::Lost{"output", unreported_, dropped_since_}, trace_, last_dropped_seq_, {}};
  if (append(lost)) unreported_ = 0;
}

// Writes the buffer out as far as it goes. True if nothing is left.
bool FileSink::drain() {
  while (written_ < buffer_.size()) {
    const ssize_t wrote = file_.output.write(std::string_view(buffer_).substr(written_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      note_write_error(errno);
      return false;
    }
    written_ += static_cast<std::size_t>(wrote);
    file_.size += static_cast<std::uint64_t>(wrote);
    counters_.bytes_written += static_cast<std::uint64_t>(wrote);
  }
  buffer_.clear();
  written_ = 0;
  failing_ = reader_gone_ = false;
  if (!rotation_failed_) last_error_.clear();
  return true;
}

// A full pipe is no error as long as the buffer has room: it is tried again with the next event.
void FileSink::note_write_error(int error) {
  forget_written_lines();
  if (error == EAGAIN) return;
  reader_gone_ = error == EPIPE;
  failing_ = true;
  fail("cannot write to output file " + options_.path + ": " + std::strerror(error));
}

// Keeps the line that is written in part.
void FileSink::forget_written_lines() {
  const std::size_t newline = written_ == 0 ? std::string::npos : buffer_.rfind('\n', written_ - 1);
  if (newline == std::string::npos) return;
  buffer_.erase(0, newline + 1);
  written_ -= newline + 1;
}

bool FileSink::wants_rotation(Time time, std::size_t line_bytes) const {
  if (!file_.regular || !file_.begun) return false;
  const bool too_large = options_.max_bytes != 0 && file_.size + pending_bytes() + line_bytes > options_.max_bytes;
  const bool too_old = options_.max_age > Duration::zero() && elapsed(*file_.begun, time) >= options_.max_age;
  return too_large || too_old;
}

// Called with everything written. If the new file cannot be opened, the old one goes on under its new name; either way
// size and age count anew, so that a folder that refuses costs one attempt a file and not one an event.
void FileSink::rotate() {
  const bool shifted = !is_same_file(options_.path, file_.output.descriptor()) || shift_backups();
  file_.size = 0;
  file_.begun.reset();
  rotation_failed_ = !shifted;
  if (!shifted) return;
  if (auto error = reopen()) {
    rotation_failed_ = true;
    fail(std::move(error->message));
    return;
  }
  ++counters_.rotations;
}

bool FileSink::shift_backups() {
  for (unsigned number = options_.max_backups; number > 1; --number) {
    const std::string from = backup_name(options_.path, number - 1);
    if (std::rename(from.c_str(), backup_name(options_.path, number).c_str()) != 0 && errno != ENOENT) {
      fail(rotation_error(options_.path));
      return false;
    }
  }
  const bool moved = options_.max_backups == 0
                         ? std::remove(options_.path.c_str()) == 0
                         : std::rename(options_.path.c_str(), backup_name(options_.path, 1).c_str()) == 0;
  if (!moved) fail(rotation_error(options_.path));
  return moved;
}

std::optional<Error> FileSink::reopen() {
  if (options_.path == "-") return std::nullopt;
  drain();
  if (is_same_file(options_.path, file_.output.descriptor())) return std::nullopt;
  auto opened = open_event_file(options_.path);
  if (!opened) return opened.error();
  forget_written_lines();
  written_ = 0;
  use(std::move(*opened));
  return std::nullopt;
}

// The line that is written in part counts; the empty one that ends the cut line of a crash does not.
std::uint64_t FileSink::unwritten() const {
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(written_);
  const auto lines = static_cast<std::uint64_t>(std::count(begin, buffer_.end(), '\n'));
  const bool ends_cut_line = written_ == 0 && !buffer_.empty() && buffer_.front() == '\n';
  return lines - (ends_cut_line ? 1 : 0) + unreported_;
}

void FileSink::fail(std::string message) {
  if (last_error_.empty()) ++counters_.errors;
  last_error_ = std::move(message);
}

}  // namespace cnamedrop::event_files
