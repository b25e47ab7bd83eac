// SPDX-License-Identifier: Apache-2.0
// Prints one event of each type, as docs/events.md shows it: the type, a tab, the line. For scripts/docs.
#include <cstdio>

#include "../unit/events_examples.h"
#include "events/event_json.h"

int main() {
  using namespace cnamedrop::events;
  const std::pair<const char*, Event> documented[] = {{"start", examples::start()},    {"pod", examples::pod_seen()},
                                                      {"dns", examples::dns_answer()}, {"drop", examples::drop()},
                                                      {"lost", examples::lost()},      {"stop", examples::stop()}};
  for (const auto& [type, event] : documented) {
    std::string line;
    append_json(line, event);
    std::printf("%s\t%s", type, line.c_str());
  }
}
