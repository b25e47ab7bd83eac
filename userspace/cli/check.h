// SPDX-License-Identifier: Apache-2.0
// `cnamedrop check`: says what this kernel and these privileges allow, before an incident does.
#pragma once

#include "pods/target.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

class CheckCommand {
 public:
  CheckCommand(CLI::App& app, int& exit_code);

 private:
  int run() const;

  pods::Roots roots_;
};

}  // namespace cnamedrop::cli
