// SPDX-License-Identifier: Apache-2.0
// `cnamedrop trace`: the flags of the main job, and what they choose. The job itself is in trace/loop.h.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "capture/tracer.h"
#include "cli/policy_options.h"
#include "event_files/file_sink.h"
#include "join/join.h"
#include "pods/target.h"
#include "trace/loop.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

class TraceCommand {
 public:
  TraceCommand(CLI::App& app, int& exit_code);

 private:
  void add_target_options(CLI::App& command);
  void add_output_options(CLI::App& command);
  void add_limit_options(CLI::App& command);
  void add_capture_options(CLI::App& command);
  pods::TargetSpec target_spec() const;
  std::string target_text() const;
  int run();
  int trace(join::Join join);
  void describe(const capture::Tracer& tracer, events::Started& start) const;

  std::string cgroup_;
  pid_t pid_ = 0;
  std::string pod_uid_;
  std::string container_id_;
  pods::Roots roots_;
  std::vector<std::string> disabled_features_;
  double coalesce_ms_ = 10;
  PolicyOptions policy_;
  capture::TracerOptions tracer_;
  join::Settings join_;
  event_files::FileSinkOptions file_;  // path "": no event file, findings on standard output
  trace::LoopOptions loop_;
  std::string node_name_;  // "": the host name
  bool quiet_ = false;
};

}  // namespace cnamedrop::cli
