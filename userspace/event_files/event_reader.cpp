// SPDX-License-Identifier: Apache-2.0
// One buffer that holds a longest line and a read more; lines are handed to the parser where they lie.
#include "event_files/event_reader.h"

#include <fcntl.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

namespace cnamedrop::event_files {
namespace {

constexpr std::size_t read_bytes = 1 << 18;

// RFC 1952 section 2.3.1.
bool is_packed(const std::string& path, const FileDescriptor& file) {
  unsigned char magic[2] = {};
  if (::pread(file.get(), magic, sizeof magic, 0) == sizeof magic) return magic[0] == 0x1f && magic[1] == 0x8b;
  return errno == ESPIPE && path.ends_with(".gz");
}

}  // namespace

std::string LineProblem::to_string() const {
  std::string text = "line " + std::to_string(line) + ": ";
  if (!field.empty()) text += field + ' ';
  return text + message;
}

Result<EventReader> EventReader::open(const std::string& path, AtEnd at_end) {
  if (path == "-") return EventReader(FileDescriptor(STDIN_FILENO), at_end);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error{"cannot open event file " + path + ": " + std::strerror(errno)};
  const bool packed = is_packed(path, file);
  EventReader reader(std::move(file), at_end);
  if (packed) {
    // Of its own, since zlib closes what it reads.
    reader.packed_.reset(::gzdopen(::dup(reader.file_.get()), "rb"));
    if (reader.packed_ == nullptr) return Error{"cannot unpack event file " + path};
  }
  return reader;
}

void EventReader::GzipDeleter::operator()(gzFile_s* file) const { ::gzclose(file); }

ssize_t EventReader::read_some(char* to, std::size_t size) {
  if (packed_ == nullptr) return ::read(file_.get(), to, size);
  const int got = ::gzread(packed_.get(), to, static_cast<unsigned>(size));
  int error = Z_OK;
  const char* what = ::gzerror(packed_.get(), &error);
  if (error != Z_OK && error != Z_STREAM_END) read_error_ = error == Z_BUF_ERROR ? "the packed file is cut" : what;
  return got;
}

EventReader::EventReader(FileDescriptor file, AtEnd at_end)
    : file_(std::move(file)), at_end_(at_end), buffer_(max_line + read_bytes) {}

std::optional<events::Event> EventReader::next() {
  while (true) {
    if (const auto line = take_line()) {
      if (auto event = parse(*line, false)) return event;
    } else if (!fill()) {
      if (const auto tail = take_tail()) return parse(*tail, true);
      return std::nullopt;
    }
  }
}

// Moves what is left to the front and reads behind it. False at the end of the file or on an error.
bool EventReader::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  scanned_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
  ssize_t got = 0;
  do {
    got = read_some(buffer_.data() + end_, buffer_.size() - end_);
  } while (got < 0 && packed_ == nullptr && errno == EINTR);
  if (got < 0 && packed_ == nullptr) read_error_ = std::strerror(errno);
  if (got <= 0) return false;
  end_ += static_cast<std::size_t>(got);
  return true;
}

// The next whole line without its '\n', if the buffer holds one. Of a line over max_line nothing is kept.
std::optional<std::string_view> EventReader::take_line() {
  while (true) {
    const char* const data = buffer_.data();
    const void* const newline = std::memchr(data + scanned_, '\n', end_ - scanned_);
    scanned_ = newline == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(newline) - data);
    const std::string_view line(data + begin_, scanned_ - begin_);
    const bool too_long = line.size() > max_line;
    if (newline == nullptr) {
      if (too_long) in_long_line_ = true;
      if (in_long_line_) begin_ = end_;
      return std::nullopt;
    }
    begin_ = ++scanned_;
    ++lines_;
    if (!in_long_line_ && !too_long) return line;
    in_long_line_ = false;
    skip("", "is longer than 1 MiB");
  }
}

std::optional<std::string_view> EventReader::take_tail() {
  if (at_end_ == AtEnd::Follow || (begin_ == end_ && !in_long_line_)) return std::nullopt;
  const std::string_view tail(buffer_.data() + begin_, end_ - begin_);
  begin_ = scanned_ = end_;
  ++lines_;
  if (!std::exchange(in_long_line_, false)) return tail;
  skip("", "is longer than 1 MiB");
  return std::nullopt;
}

std::optional<events::Event> EventReader::parse(std::string_view line, bool cut) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
  auto event = parser_.parse(line);
  if (event) return event;
  const json::Problem& problem = parser_.problem();
  const bool syntax = problem.field.empty();
  skip(problem.field, cut && syntax ? "is cut: the file ends in the middle of it" : problem.message);
  return std::nullopt;
}

void EventReader::skip(std::string field, std::string message) {
  ++skipped_;
  if (problems_.size() < max_problems) problems_.push_back({lines_, std::move(field), std::move(message)});
}

}  // namespace cnamedrop::event_files
