// SPDX-License-Identifier: Apache-2.0
// Rows as `cilium-dbg fqdn cache list` prints them.
#pragma once

#include <span>
#include <string>

#include "fqdn/lookup.h"
#include "json/writer.h"

namespace cnamedrop::fqdn {

// A heading and a line for each row, in columns; safe to show on a terminal. No blanks at the ends of lines.
void append_table(std::string& out, std::span<const Lookup> lookups);

// An array of objects with Cilium's members in Cilium's order, indented as it does. What is unknown or 0 is left out.
void append_json(std::string& out, std::span<const Lookup> lookups);

// The members alone, for an object that is open.
void write_members(json::Writer& json, const Lookup& lookup);

}  // namespace cnamedrop::fqdn
