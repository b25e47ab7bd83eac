// SPDX-License-Identifier: Apache-2.0
// What kind of drop it is, before any name is looked at: could a policy have dropped the packet at all? The meaning of
// a reason stands in one table, reason_table.h; here it is completed by what the packet is.
#pragma once

#include <cstdint>
#include <string_view>

#include "events/observation.h"

namespace cnamedrop::join {

enum class DropClass : std::uint8_t {
  Policy,   // a policy engine or a firewall can produce it
  Host,     // no policy produces it; and what the table does not know
  Closing,  // the end of a conversation
};

struct ReasonMeaning {
  DropClass drop_class = DropClass::Host;
  std::string_view sentence;  // what the reason means, and where to look
};

// Of a drop by its reason and the kernel function that dropped it.
ReasonMeaning meaning_of(const events::Dropped& drop);

// Whether the table has a row for the reason, by its full name in the kernel's BTF.
bool is_classified(std::string_view reason);

}  // namespace cnamedrop::join
