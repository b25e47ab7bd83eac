// SPDX-License-Identifier: Apache-2.0
// Everything that the join knows of one pod: its containers share it, as they share the network namespace and the
// resolver.
#pragma once

#include <cstdint>

#include "join/alias_graph.h"
#include "join/credit_table.h"
#include "join/question_table.h"
#include "join/search_domains.h"
#include "join/settings.h"

namespace cnamedrop::join {

struct PodState {
  explicit PodState(const Settings& settings) : questions(settings), aliases(settings), credits(settings) {}

  QuestionTable questions;
  AliasGraph aliases;
  CreditTable credits;
  SearchDomains search_domains;
  bool cut_answer = false;  // an answer was longer than the capture: it may have held more than was read

  std::uint64_t evicted() const { return questions.evicted() + aliases.evicted() + credits.evicted(); }
};

}  // namespace cnamedrop::join
