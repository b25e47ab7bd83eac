// SPDX-License-Identifier: Apache-2.0
// DNS as CoreDNS's `log` plugin writes it, to lay beside the resolver's own log:
// [INFO] 10.0.0.2:41746 - 11734 "A IN login.x.com. udp 61 false 512" NOERROR qr,aa,rd 154 0.000278602s
#pragma once

#include <optional>
#include <string>

#include "events/event.h"
#include "types/bounded_map.h"

namespace cnamedrop::observe {

class CorednsLog {
 public:
  // Keeps what a line tells of the question. Every event is to be seen, also those that are not shown.
  void see(const events::Event& event);

  // Appends a line for an answer; nothing for other events: CoreDNS logs what it has answered. A question that was not
  // seen leaves `-` for its size, DO bit and buffer size, and so does an unknown duration.
  void append(std::string& out, const events::Event& event) const;

 private:
  static constexpr std::size_t max_questions = 65536;

  struct AskedWith {
    std::uint32_t size = 0;
    bool dnssec_ok = false;
    std::uint16_t buffer = 0;
  };

  BoundedMap<std::string, AskedWith> questions_{max_questions};  // by key_of()
};

}  // namespace cnamedrop::observe
