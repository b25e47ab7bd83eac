// SPDX-License-Identifier: Apache-2.0
// Messages to the user, on standard error: standard output is for events and findings.
#pragma once

namespace cnamedrop::cli {

// "cnamedrop: error: ...", from spdlog's functions.
void log_to_standard_error();

// From now on a message that standard error does not take at once is held, and dropped when too much is held: for a
// loop that must not wait.
void log_without_waiting();

}  // namespace cnamedrop::cli
