// SPDX-License-Identifier: Apache-2.0
// Keeps what a trace holds from steering the terminal that it is shown on.
#pragma once

#include <cstddef>
#include <string>

namespace cnamedrop::output {

// From begin on, every byte of out that is not printable ASCII becomes \xNN.
void escape_unprintable(std::string& out, std::size_t begin);

}  // namespace cnamedrop::output
