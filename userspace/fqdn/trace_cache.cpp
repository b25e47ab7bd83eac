// SPDX-License-Identifier: Apache-2.0
// The join does the crediting; here its credits become rows.
#include "fqdn/trace_cache.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "join/pod_key.h"
#include "output/short_text.h"

namespace cnamedrop::fqdn {
namespace {

std::string way_key(const std::string& pod, const dns::Name& name, std::uint16_t qtype) {
  return pod + '\n' + name + '\n' + std::to_string(qtype);
}

}  // namespace

TraceCache::TraceCache(TraceOptions options)
    : options_(std::move(options)), join_(options_.join), pod_texts_(options_.join.max_cgroups), ways_(max_ways) {}

void TraceCache::take(events::Event event) {
  const Time time = event.observation.time;
  if (options_.at && time > *options_.at) return;
  if (!std::exchange(began_, true)) begin_ = time;
  end_ = time;
  const events::Event seen = join_.annotate(std::move(event.observation));
  if (const auto* started = std::get_if<events::Started>(&seen.observation.what))
    if (!started->dns_ports.empty()) dns_ports_ = started->dns_ports;
  note_pod(seen);
  note_way(seen);
}

void TraceCache::note_pod(const events::Event& event) {
  if (event.observation.pod != nullptr)
    pod_texts_.use(join::pod_key(event.observation)) = output::pod_text(event.observation.pod.get());
}

void TraceCache::note_way(const events::Event& event) {
  if (!event.dns || !event.dns->credited) return;
  const auto& seen = std::get<events::DnsSeen>(event.observation.what);
  const dns::Question& question = seen.message.questions.front();
  ways_.use(way_key(join::pod_key(event.observation), question.name, question.type)) = {event.observation.time,
                                                                                        seen.protocol, seen.resolver};
}

std::string TraceCache::pod_text(const std::string& pod_key) const {
  const std::string* text = pod_texts_.find(pod_key);
  return text != nullptr ? *text : std::string(join::pod_of_key(pod_key));
}

bool TraceCache::chosen(const std::string& pod_key) const {
  const std::string text = pod_text(pod_key);
  if (text.starts_with(options_.pod)) return true;
  const std::size_t slash = text.find('/');
  return slash != 0 && slash != std::string::npos && text.compare(slash + 1, options_.pod.size(), options_.pod) == 0;
}

const AnswerWay* TraceCache::way_of(const TraceCredit& credit) const {
  const join::CreditEntry& entry = *credit.credit;
  const dns::Name& asked = entry.chain->empty() ? entry.name : entry.chain->front().owner;
  const AnswerWay* way = ways_.find(way_key(*credit.pod_key, asked, entry.qtype));
  return way != nullptr && way->time == entry.learned ? way : nullptr;
}

std::vector<TraceCredit> TraceCache::credits() const {
  std::vector<TraceCredit> all;
  for (const auto& [key, pod] : join_.pods())
    for (const auto& [address, entries] : pod.credits)
      for (const join::CreditEntry& entry : entries) all.push_back({&key, &pod, address, &entry});
  return all;
}

Lookup to_lookup(const TraceCache& trace, const TraceCredit& credit) {
  const join::CreditEntry& entry = *credit.credit;
  const auto ttl = std::max<std::uint64_t>(entry.ttl, static_cast<std::uint64_t>(trace.options().join.min_ttl.count()));
  Lookup lookup;
  lookup.pod = trace.pod_text(*credit.pod_key);
  lookup.source = from_lookup;
  lookup.fqdn = entry.name;
  lookup.ips = {credit.address};
  lookup.ttl = ttl;
  lookup.looked_up = entry.learned;
  lookup.expires = later(entry.learned, ttl);
  return lookup;
}

std::vector<Lookup> TraceCache::lookups() const {
  using Answer = std::tuple<dns::Name, std::string, Time, std::uint16_t, std::uint32_t>;
  std::map<Answer, Lookup> rows;
  for (const TraceCredit& credit : credits()) {
    if (!live(credit) || !chosen(*credit.pod_key)) continue;
    const join::CreditEntry& entry = *credit.credit;
    const auto [row, is_new] =
        rows.try_emplace({entry.name, *credit.pod_key, entry.learned, entry.qtype, entry.ttl}, Lookup{});
    if (is_new)
      row->second = to_lookup(*this, credit);
    else
      row->second.ips.push_back(credit.address);
  }
  std::vector<Lookup> lookups;
  for (auto& [answer, lookup] : rows) {
    std::sort(lookup.ips.begin(), lookup.ips.end());
    lookups.push_back(std::move(lookup));
  }
  return lookups;
}

}  // namespace cnamedrop::fqdn
