// SPDX-License-Identifier: Apache-2.0
// The one parser of domain names on the wire (RFC 1035 sections 3.1 and 4.1.4) and of names as a user types them
// (section 5.1). Everything else in the program handles names in their canonical form only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "dns/message.h"

namespace cnamedrop::dns {

enum class NameStatus : std::uint8_t {
  Ok,
  Cut,         // runs over the end of the bytes
  BadName,     // a label type that RFC 1035 does not know, or more than 255 bytes
  BadPointer,  // not backwards, or too many hops
};

// Reads the name at offset and moves offset behind it. Appends the canonical form to out, which is to be empty; with a
// null out the name is only skipped. Pointers lead strictly backwards, so that the walk ends.
NameStatus read_name(std::span<const std::uint8_t> message, std::size_t& offset, Name* out);

}  // namespace cnamedrop::dns
