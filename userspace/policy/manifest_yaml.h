// SPDX-License-Identifier: Apache-2.0
// Reads the policies of Cilium: manifests as kubectl takes and prints them, and the rules of its agent (cilium policy
// get). Only egress is read: which names ingress is about nobody learns from DNS.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.h"

namespace cnamedrop::policy {

// content: YAML, or JSON, which is YAML too; objects, lists of them, or both. An odd document is a warning; an error is
// text that is not YAML, or in which no policy is.
Result<Policy> read_manifests(std::string_view content, const std::string& file, const LoadOptions& options);

}  // namespace cnamedrop::policy
