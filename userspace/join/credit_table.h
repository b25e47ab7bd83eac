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
  Time asked;       // the last question whose answer credited
  Time learned;     // the crediting answer that lives longest: Cilium keeps the latest expiry
  Time live_since;  // the first crediting answer of an unbroken life
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
        max_names_(settings.max_names_per_address),
        credits_(settings.max_addresses),
        uncredited_(settings.max_addresses / 4) {}

  // Credits the addresses of an answer that the pod asked for to its question name (Settings::credit_to). False if it
  // credits none: another rcode than NOERROR, no address, or a question for something else than addresses.
  bool learn(const dns::Message& answer, Time asked, Time time);

  // Keeps the addresses of an answer that credits nothing, as evidence.
  void note_uncredited(const dns::Message& answer, const std::string& why);

  // All credits of an address, whether live or not; null if there never was one.
  const std::vector<CreditEntry>* find(const dns::IpAddress& address) const { return credits_.find(address); }
  const Uncredited* find_uncredited(const dns::IpAddress& address) const { return uncredited_.find(address); }

  // Every address with its credits, whether live or not.
  auto begin() const { return credits_.begin(); }
  auto end() const { return credits_.end(); }

  // Addresses with a credit to this name that is live. Counted only where it may be more_than, else 0.
  std::size_t live_addresses(const dns::Name& name, Time at, std::size_t more_than) const;

  std::uint64_t evicted() const { return credits_.evicted() + names_evicted_; }

 private:
  void credit(const dns::IpAddress& address, const CreditEntry& entry);
  std::vector<CreditEntry>& names_of(const dns::IpAddress& address);
  void drop_oldest(std::vector<CreditEntry>& names);
  void count_out(const dns::Name& name);

  CreditTo credit_to_;
  std::chrono::seconds min_ttl_;
  std::chrono::seconds grace_;
  std::size_t max_names_;
  BoundedMap<dns::IpAddress, std::vector<CreditEntry>, dns::IpAddressHash> credits_;
  std::unordered_map<dns::Name, std::size_t> addresses_of_;  // credits to a name, live or not: counting is a long walk
  BoundedMap<dns::IpAddress, Uncredited, dns::IpAddressHash> uncredited_;
  std::uint64_t names_evicted_ = 0;
};

}  // namespace cnamedrop::join
