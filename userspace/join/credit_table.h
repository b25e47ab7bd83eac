// SPDX-License-Identifier: Apache-2.0
// Under which question names a pod learned which addresses, as a policy that watches DNS credits them (docs/events.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dns/ip_address.h"
#include "dns/message.h"
#include "events/event.h"
#include "events/observation.h"
#include "join/settings.h"
#include "types/bounded_map.h"

namespace cnamedrop::join {

struct CreditEntry {
  dns::Name name;
  std::uint16_t qtype = 0;
  Time asked;    // the last question whose answer credited
  Time first;    // the first answer that credited the address to this name
  Time learned;  // the crediting answer that lives longest: Cilium keeps the latest expiry
  Time expires;
  std::uint32_t ttl = 0;
  std::shared_ptr<const std::vector<events::AliasStep>> chain;  // shared by all addresses of the answer

  bool live(Time at) const { return learned <= at && at < expires; }
};

// An answer that held the address and credited nothing, and why in words.
struct Uncredited {
  dns::Name name;
  std::string why;
};

class CreditTable {
 public:
  explicit CreditTable(const Settings& settings)
      : credit_to_(settings.credit_to),
        min_ttl_(settings.min_ttl),
        grace_(settings.grace),
        max_credits_(settings.max_credits),
        credits_(settings.max_addresses),
        uncredited_(settings.max_addresses / 4) {}

  // Credits the addresses of an answer that the pod asked for to its question name (Settings::credit_to), whatever the
  // type of the question was. False if it credits none: another rcode than NOERROR, or no address.
  bool learn(const dns::Message& answer, Time asked, Time time);

  // Keeps the addresses of an answer that credits nothing, as evidence.
  void note_uncredited(const dns::Message& answer, const std::string& why);

  // All credits of an address, whether live or not; null if there never was one.
  const std::vector<CreditEntry>* find(const dns::IpAddress& address) const { return credits_.find(address); }
  const Uncredited* find_uncredited(const dns::IpAddress& address) const { return uncredited_.find(address); }

  // Every address with its credits, whether live or not.
  auto begin() const { return credits_.begin(); }
  auto end() const { return credits_.end(); }

  // The addresses with a live credit to the entry's name, where there are more than a limit: how many expire before it,
  // and how many with it.
  struct OverLimit {
    std::size_t addresses = 0;  // 0: not more than the limit
    std::size_t expire_before = 0;
    std::size_t expire_together = 0;  // the entry's own among them
  };
  OverLimit over_limit(const CreditEntry& entry, Time at, std::size_t limit) const;

  std::uint64_t evicted() const { return evicted_; }

 private:
  void credit(const dns::IpAddress& address, const CreditEntry& entry);
  void make_room(std::vector<CreditEntry>& names);
  void count_out(const std::vector<CreditEntry>& names);

  CreditTo credit_to_;
  std::chrono::seconds min_ttl_;
  std::chrono::seconds grace_;
  std::size_t max_credits_;
  std::size_t size_ = 0;  // credits of all addresses
  BoundedMap<dns::IpAddress, std::vector<CreditEntry>, dns::IpAddressHash> credits_;
  std::unordered_map<dns::Name, std::size_t> addresses_of_;  // credits to a name, live or not: counting is a long walk
  BoundedMap<dns::IpAddress, Uncredited, dns::IpAddressHash> uncredited_;
  std::uint64_t evicted_ = 0;  // credits
};

}  // namespace cnamedrop::join
