// Reads what `cilium-dbg fqdn cache list -o json` printed. Strict: what is not understood is an error that says where.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "fqdn/lookup.h"
#include "types/result.h"

namespace cnamedrop::fqdn {

// A full cache of Cilium takes about 200 bytes a row.
inline constexpr std::size_t max_cache_bytes = std::size_t{16} << 20;

// file is only for the messages.
Result<std::vector<Lookup>> read_cache(const std::string& content, const std::string& file);

// Errors: the file cannot be read, is larger than max_cache_bytes, or holds something else, which is named.
Result<std::vector<Lookup>> load_cache(const std::filesystem::path& path);

}  // namespace cnamedrop::fqdn
