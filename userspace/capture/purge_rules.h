// SPDX-License-Identifier: Apache-2.0
// Which of the rules that tell freed packets from dropped ones this kernel turns off (purge_places.h has the rules).
#pragma once

#include <string>
#include <vector>

#include "capture/features.h"

namespace cnamedrop::capture {

// By what each is for: none of its functions has a symbol here.
std::vector<std::string> purge_rules_off(const Features& features);

}  // namespace cnamedrop::capture
