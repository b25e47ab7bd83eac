// SPDX-License-Identifier: Apache-2.0
// Reads one entry of a policy's egress or egressDeny.
#pragma once

#include <optional>
#include <string>

#include "policy/rule.h"
#include "policy/yaml_reading.h"

namespace cnamedrop::policy {

struct RuleReading {
  std::optional<Rule> rule;  // nothing: it lets nothing through, or was left out with a warning
  std::string rejected;      // why Cilium takes the whole policy for invalid; "" if it does not
};

// field: "spec.egress[2]", for messages. A denial that cannot be read may cover anything: it stays, as unreadable.
RuleReading read_rule(YamlNode entry, const std::string& field, bool denial, YamlReading& reading);

}  // namespace cnamedrop::policy
