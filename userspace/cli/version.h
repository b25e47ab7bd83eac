// SPDX-License-Identifier: Apache-2.0
// The version of the program, from CMakeLists.txt.
#pragma once

namespace cnamedrop::cli {

inline constexpr const char* version = CNAMEDROP_VERSION;

}  // namespace cnamedrop::cli
