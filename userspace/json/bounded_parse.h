// SPDX-License-Identifier: Apache-2.0
// Parses a whole JSON document from outside, with limits on what it may become in memory. Lines of event files have
// their own parser (events/event_parser.h), which reuses its memory.
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "types/result.h"

namespace cnamedrop::json {

inline constexpr int max_document_depth = 64;
inline constexpr std::size_t max_document_values = 4'000'000;  // of 16 bytes each

// The error has line and offset: "names.json:3: offset 41: Invalid value.".
Result<rapidjson::Document> parse_document(std::string_view text, const std::string& file);

}  // namespace cnamedrop::json
