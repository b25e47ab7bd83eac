// SPDX-License-Identifier: Apache-2.0
// The flags by which drops are judged: the policies' selectors and how the policy engine credits names. For every
// subcommand that joins.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "join/settings.h"
#include "policy/policy.h"
#include "types/result.h"

namespace CLI {
class App;
}

namespace cnamedrop::cli {

class PolicyOptions {
 public:
  // Flags of crediting go to settings; both must outlive the parse.
  void add_to(CLI::App& command, join::Settings& settings);

  // Only those that name selectors, or only those of crediting.
  void add_selector_options(CLI::App& command);
  static void add_credit_options(CLI::App& command, join::Settings& settings);

  const policy::LoadOptions& load_options() const { return load_; }

  // What patterns are read as.
  policy::CiliumVersion version() const { return load_.version; }

  // Any flag names selectors.
  bool given() const { return !files_.empty() || !names_.empty() || !patterns_.empty(); }

  // The selectors of all flags together; null if no flag names any. Logs the warnings of the files.
  Result<std::shared_ptr<const policy::Policy>> load() const;

 private:
  std::vector<std::string> files_;
  std::vector<std::string> names_;
  std::vector<std::string> patterns_;
  std::string pods_file_;
  policy::LoadOptions load_;
};

}  // namespace cnamedrop::cli
