// SPDX-License-Identifier: Apache-2.0
// `cnamedrop observe FILE`: the events of a file, filtered, in the format of the reader's choice, and as they come.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "cli/event_input.h"
#include "cli/policy_options.h"
#include "event_files/event_follower.h"
#include "join/join.h"
#include "observe/filter.h"
#include "observe/printer.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

class ObserveCommand {
 public:
  ObserveCommand(CLI::App& app, int& exit_code);

 private:
  void add_filters(CLI::App& command);
  int run();
  // The next event with what the join knows about it; nothing if there is none now.
  using Next = std::function<std::optional<events::Event>()>;
  std::optional<events::Event> annotated(const Next& next);
  bool show_batch(const Next& next, observe::Printer& printer);
  int show_files(observe::Printer& printer);
  int follow_file(observe::Printer& printer);
  bool show_last();

  EventInput input_;
  PolicyOptions policy_;
  join::Settings settings_;
  std::optional<join::Join> join_;
  observe::Format format_ = observe::Format::Compact;
  observe::Filter filter_;
  std::uint64_t last_ = 0;  // 0: all
  bool follow_ = false;
  std::string text_;               // lines that are not yet printed
  std::deque<std::string> lines_;  // with --last: the newest, until the end of the file is reached
};

}  // namespace cnamedrop::cli
