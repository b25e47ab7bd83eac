// SPDX-License-Identifier: Apache-2.0
// Reads what `cilium-dbg fqdn cache list` printed, as JSON or as a table. Strict: what is not understood is an error
// that says where.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fqdn/lookup.h"
#include "types/result.h"

namespace cnamedrop::fqdn {

// file is only for the messages.
Result<std::vector<Lookup>> read_cache(const std::string& content, const std::string& file);

// Errors: the file cannot be read (os/input_file.h), or holds something else, which is named.
Result<std::vector<Lookup>> load_cache(const std::filesystem::path& path);

}  // namespace cnamedrop::fqdn
