// `cnamedrop observe FILE`: the events of a file, filtered, in the format of the reader's choice, and as they come.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "event_files/event_follower.h"
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
  bool show_batch(event_files::EventFollower& events, observe::Printer& printer);
  bool show_last();

  std::string file_;
  observe::Format format_ = observe::Format::Compact;
  observe::Filter filter_;
  std::uint64_t last_ = 0;  // 0: all
  bool follow_ = false;
  std::string text_;               // lines that are not yet printed
  std::deque<std::string> lines_;  // with --last: the newest, until the end of the file is reached
};

}  // namespace cnamedrop::cli
