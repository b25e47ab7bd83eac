// SPDX-License-Identifier: Apache-2.0
// `cnamedrop fqdn names FILE` and `cnamedrop fqdn cache FILE`: the tables of cilium-dbg as a trace implies them, and
// how Cilium's own differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/event_input.h"
#include "cli/policy_options.h"
#include "fqdn/trace_cache.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

inline constexpr int exit_differs = 3;  // with --exit-code: the trace and Cilium's list differ

class FqdnCommand {
 public:
  FqdnCommand(CLI::App& app, int& exit_code);

 private:
  void add_names(CLI::App& command, int& exit_code);
  void add_cache(CLI::App& command, int& exit_code);
  int run_names();
  int run_cache();
  int compare(const fqdn::TraceCache& trace);

  EventInput input_;
  std::string format_ = "text";
  std::string compared_;  // Cilium's list
  std::optional<std::uint64_t> endpoint_;
  bool exit_code_wanted_ = false;
  fqdn::TraceOptions options_;
  PolicyOptions policy_;
};

}  // namespace cnamedrop::cli
