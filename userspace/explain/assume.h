// SPDX-License-Identifier: Apache-2.0
// What if the client had asked for addresses first? Replays its cache over the aliases, addresses and TTLs that the
// trace recorded, and tells of each drop whether it would have come all the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "types/bounded_map.h"
#include "types/result.h"

namespace cnamedrop::explain {

// An order of questions that begins with addresses.
struct AssumedOrder {
  std::string text = "A,CNAME";
  bool follows_aliases = true;  // CNAME is in it: aliases that outlive the address are followed from the cache
};

// Reads "A,CNAME" or "A,CNAME,LAST,SRV". The error says which orders would change nothing.
Result<AssumedOrder> parse_order(std::string_view text);

enum class Fate : std::uint8_t {
  AsRecorded,  // the order of questions is not what this drop is about
  Gone,        // the address would have been credited to the origin
  Cached,      // the client would have followed the aliases that it kept, and asked for the target alone
};

struct Outcome {
  Fate fate = Fate::AsRecorded;
  std::vector<events::AliasStep> chain;  // Cached: the aliases in the client's cache
};

class AssumedClient {
 public:
  explicit AssumedClient(AssumedOrder order) : order_(std::move(order)), caches_(max_caches) {}

  // Takes an answer that the pod received: if it holds addresses behind an alias, the assumed client has it as well.
  void take_answer(std::string_view pod, const dns::Message& answer, Time time);

  // To be called in order of time. Only cname_only has another fate than AsRecorded; an origin that the policy does not
  // select would not have been let through under its own name either.
  Outcome judge(std::string_view pod, const events::Cause& cause);

  const AssumedOrder& order() const { return order_; }

 private:
  static constexpr std::size_t max_caches = 16384;

  // What the client keeps of its last look-up of one name.
  struct Cache {
    Time resolved;
    Time address_expires;
    std::vector<events::AliasStep> chain;
    Fate fate = Fate::Gone;
  };
  const Cache& resolve(std::string_view pod, const dns::Name& name, Time time,
                       const std::vector<events::AliasStep>& chain, std::uint32_t address_ttl);

  AssumedOrder order_;
  BoundedMap<std::string, Cache> caches_;  // by pod and name
};

}  // namespace cnamedrop::explain
