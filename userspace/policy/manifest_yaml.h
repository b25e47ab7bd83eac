// SPDX-License-Identifier: Apache-2.0
// Reads Cilium's policy manifests, as kubectl takes and prints them. Only egress rules with names matter here; ingress
// rules and egressDeny (which has no toFQDNs) are passed over.
#pragma once

#include <string>

#include "policy/policy.h"

namespace cnamedrop::policy {

// content: YAML, or JSON, which is YAML too.
Result<Policy> read_manifests(const std::string& content, const std::string& file, const LoadOptions& options);

}  // namespace cnamedrop::policy
