// SPDX-License-Identifier: Apache-2.0
// An event file in a folder of the test's own, and disks that are full: by a file size limit, which needs no
// privileges. For tests of the file sink.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "event_files/event_reader.h"
#include "event_files/file_sink.h"
#include "events/event_json.h"

namespace cnamedrop::event_files {

inline constexpr std::chrono::seconds second(1);

// The event whose time is that many seconds; its line is the same length for every small number.
inline events::Event event_at(std::int64_t seconds) {
  static const auto trace = std::make_shared<const events::TraceId>(events::TraceId{"node-1", ""});
  events::Event event;
  event.observation = {Time(seconds * second), events::Stopped{"test", {}}, trace};
  return event;
}

inline std::size_t line_size() {
  std::string line;
  events::append_json(line, event_at(1));
  return line.size();
}

inline std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(last - first + 1));
  std::iota(all.begin(), all.end(), first);
  return all;
}

// The disk takes no file longer than this, for the life of the object.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

class FileSinkTest : public ::testing::Test {
 protected:
  FileSinkTest() {
    char name[] = "/tmp/file_sink_test.XXXXXX";
    folder_ = ::mkdtemp(name);
    options.path = folder_ / "events.jsonl";
  }
  ~FileSinkTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<FileSink> open() {
    auto sink = FileSink::open(options);
    EXPECT_TRUE(sink) << sink.error().message;
    return std::move(*sink);
  }
  std::string refusal() {
    auto sink = FileSink::open(options);
    return sink ? "" : sink.error().message;
  }
  void given_file(std::string_view text) { std::ofstream(options.path) << text; }

  static void write_each(FileSink& sink, const std::vector<std::int64_t>& seconds) {
    for (const std::int64_t at : seconds) sink.write(event_at(at));
  }

  // The times in seconds of the events in the file with that ending; every line must be one.
  std::vector<std::int64_t> seconds_in(const std::string& ending = "") {
    auto reader = event_files::EventReader::open(options.path + ending);
    EXPECT_TRUE(reader) << reader.error().message;
    std::vector<std::int64_t> seconds;
    while (auto event = reader->next()) seconds.push_back(event->observation.time.time_since_epoch() / second);
    EXPECT_EQ(reader->skipped(), 0U) << options.path << ending;
    return seconds;
  }
  // The last event of the file, if it is a loss.
  std::optional<events::Lost> last_loss() {
    auto reader = event_files::EventReader::open(options.path);
    std::optional<events::Event> last;
    while (auto event = reader->next()) last = std::move(event);
    const auto* lost = last ? std::get_if<events::Lost>(&last->observation.what) : nullptr;
    return lost ? std::optional(*lost) : std::nullopt;
  }

  FileSinkOptions options;
  std::filesystem::path folder_;
};

}  // namespace cnamedrop::event_files
