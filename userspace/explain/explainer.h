// SPDX-License-Identifier: Apache-2.0
// Recomputes the causes of a recorded trace and brings them together. Reads no file and asks no clock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "events/event.h"
#include "explain/assume.h"
#include "explain/clients.h"
#include "explain/dns_findings.h"
#include "explain/findings.h"
#include "explain/races.h"
#include "explain/report.h"
#include "join/join.h"

namespace cnamedrop::explain {

struct Options {
  join::Settings join;
  std::shared_ptr<const policy::Policy> policy;  // null: judge without selectors
  std::optional<AssumedOrder> assumed_order;     // tell what would have happened with it
};

class Explainer {
 public:
  explicit Explainer(Options options);

  // Takes the next event in order of the file. What was added to it is recomputed.
  void take(events::Event event);

  // Lines that stood before this event were skipped, or are missing.
  void lines_missing(const events::Event& before);

  // Everything but what only the reader of the file knows. To be called once.
  Report finish();

 private:
  void on_dns(const events::Event& event, const events::DnsSeen& seen);
  void on_drop(events::Event event);
  void add_drop(events::Event& event);
  bool assume(events::Event& event, const Outcome& outcome);
  void conclude(Finding& finding);
  void conclude(DnsFinding& finding);

  Options options_;
  join::Join join_;
  AssumedClient a_first_;
  QuestionHabits habits_;
  Races races_;
  Findings findings_;
  DnsFindings dns_findings_;
  Report report_;
};

}  // namespace cnamedrop::explain
