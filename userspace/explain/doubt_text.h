// SPDX-License-Identifier: Apache-2.0
// Doubts as sentences, for people: what may make a finding wrong.
#pragma once

#include <string>

namespace cnamedrop::explain {

// doubt: its name in the event file; one that is not known is a loss of that kind.
std::string doubt_text(const std::string& doubt);

}  // namespace cnamedrop::explain
