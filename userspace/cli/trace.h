// `cnamedrop trace`: the flags of the main job. What they do is in trace_session.h.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/policy_options.h"
#include "cli/trace_session.h"
#include "pods/target.h"

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

  std::string cgroup_;
  pid_t pid_ = 0;
  std::string pod_uid_;
  std::string container_id_;
  pods::Roots roots_;
  std::vector<std::string> disabled_features_;
  double coalesce_ms_ = 10;
  PolicyOptions policy_;
  TraceSessionOptions options_;
};

}  // namespace cnamedrop::cli
