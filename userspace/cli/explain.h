// SPDX-License-Identifier: Apache-2.0
// `cnamedrop explain FILE`: what a recorded trace comes to, and what to change.
#pragma once

#include <string>

#include "cli/event_input.h"
#include "cli/policy_options.h"
#include "explain/explainer.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

inline constexpr int exit_found = 3;  // with --exit-code: there is a drop of the cause cname_only

class ExplainCommand {
 public:
  ExplainCommand(CLI::App& app, int& exit_code);

 private:
  int run();

  EventInput input_;
  std::string format_ = "text";
  bool exit_code_wanted_ = false;
  PolicyOptions policy_;
  explain::Options options_;
};

}  // namespace cnamedrop::cli
