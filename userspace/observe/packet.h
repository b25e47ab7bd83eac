// SPDX-License-Identifier: Apache-2.0
// The packet that an event speaks of, if it speaks of one.
#pragma once

#include <optional>

#include "events/event.h"
#include "events/flow.h"

namespace cnamedrop::observe {

// Of a dns or drop event; nothing for the others.
inline std::optional<events::Flow> flow_of(const events::Event& event) {
  if (const auto* drop = std::get_if<events::Dropped>(&event.observation.what)) return events::flow_of(*drop);
  if (const auto* seen = std::get_if<events::DnsSeen>(&event.observation.what)) return events::flow_of(*seen);
  return std::nullopt;
}

}  // namespace cnamedrop::observe
