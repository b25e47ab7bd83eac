// SPDX-License-Identifier: Apache-2.0
// A trace's cache and Cilium's list, sorted so that an address under a name is found on either side, and what follows
// from the two as a whole. What it means for one difference is for why.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "fqdn/lookup.h"
#include "fqdn/trace_cache.h"

namespace cnamedrop::fqdn {

// An address under a name: what is compared. Rows are not, since Cilium repeats an address in the rows of older
// look-ups.
using Pair = std::pair<dns::Name, dns::IpAddress>;

// Cilium's rows of the chosen endpoint, and what is known of the whole list.
struct CiliumList {
  std::vector<Lookup> lookups;
  std::optional<std::uint64_t> endpoint;  // chosen; without one: all
  std::set<std::uint64_t> endpoints;      // of the whole list
  std::optional<Time> oldest;             // look-up of the chosen rows
  std::optional<Time> newest;             // of the whole list, which was taken then or later
};

CiliumList choose_endpoint(std::vector<Lookup> lookups, std::optional<std::uint64_t> endpoint);

// Refers to both sides; they must outlive it.
struct Evidence {
  Evidence(const TraceCache& trace_side, const CiliumList& cilium_side);

  const TraceCache& trace;
  const CiliumList& cilium;

  std::map<Pair, TraceCredit> live;       // of the chosen pods
  std::map<Pair, TraceCredit> expired;    // likewise
  std::map<Pair, TraceCredit> elsewhere;  // live, of pods that were not chosen
  std::map<Pair, const Lookup*> listed;   // by Cilium: the row that lives longest

  std::map<dns::Name, std::size_t> live_addresses;    // counted by name
  std::map<dns::Name, std::size_t> listed_addresses;  // likewise
  std::size_t pods = 0;                               // chosen, with a credit

  // What every look-up that both sides know, and that had a shorter TTL, was raised to by Cilium.
  std::optional<std::uint64_t> likely_min_ttl;
  bool min_ttl_confirmed = false;  // Cilium has raised a TTL to that of --min-ttl

 private:
  void sort_trace();
  void sort_cilium();
  void judge_min_ttl();
};

// Whether a credit and a row come from one answer: Cilium's proxy has an answer a little before the pod has it.
bool same_lookup(const TraceCredit& credit, const Lookup& row);

}  // namespace cnamedrop::fqdn
