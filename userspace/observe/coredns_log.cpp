// SPDX-License-Identifier: Apache-2.0
// The format is that of the plugin's {common} placeholder, with the values of CoreDNS's plugin/pkg/replacer.
#include "observe/coredns_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "dns/message.h"
#include "output/printable.h"
#include "output/short_text.h"

namespace cnamedrop::observe {
namespace {

constexpr std::uint16_t smallest_buffer = 512;  // RFC 1035 section 4.2.1
constexpr std::uint16_t tcp_buffer = 65535;
constexpr std::string_view unknown = "-";

const events::DnsSeen* dns_of(const events::Event& event) {
  return std::get_if<events::DnsSeen>(&event.observation.what);
}

// What an answer repeats of its question.
std::string key_of(const events::DnsSeen& seen) {
  const auto& questions = seen.message.questions;
  return fmt::format("{} {} {} {} {} {} {} {} {}", seen.cgroup_id, seen.protocol, dns::to_string(seen.local.address),
                     seen.local.port, dns::to_string(seen.resolver.address), seen.resolver.port, seen.message.id,
                     questions.empty() ? 0 : questions.front().type, questions.empty() ? "" : questions.front().name);
}

std::string class_text(std::uint16_t klass) {
  switch (klass) {
    case 1:
      return "IN";
    case 3:
      return "CH";
    case 4:
      return "HS";
    case 254:
      return "NONE";
    case 255:
      return "ANY";
    default:
      return "CLASS" + std::to_string(klass);  // RFC 3597
  }
}

std::string flags_text(const dns::Message& message) {
  std::string text = "qr";
  const auto add = [&](bool set, std::string_view name) {
    if (set) (text += ',') += name;
  };
  add(message.authoritative, "aa");
  add(message.truncated, "tc");
  add(message.recursion_desired, "rd");
  add(message.recursion_available, "ra");
  add(message.authentic_data, "ad");
  add(message.checking_disabled, "cd");
  return text;
}

// Codes without a name are plain numbers.
std::string rcode_text(std::uint16_t rcode) {
  const std::string text = dns::rcode_to_string(rcode);
  return text.starts_with("RCODE") ? std::to_string(rcode) : text;
}

// Seconds with as many digits as it takes.
std::string duration_text(Duration duration) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  std::string text = fmt::format("{}.{:09}", seconds.count(), (duration - seconds).count());
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + 's';
}

}  // namespace

void CorednsLog::see(const events::Event& event) {
  const events::DnsSeen* seen = dns_of(event);
  if (seen == nullptr || seen->message.response) return;
  const std::uint16_t offered = seen->message.edns_udp_size.value_or(0);
  const bool tcp = seen->protocol == events::protocol::TCP;
  questions_.use(key_of(*seen)) = {seen->message.size, seen->message.edns_do,
                                   tcp ? tcp_buffer : std::max(offered, smallest_buffer)};
}

void CorednsLog::append(std::string& out, const events::Event& event) const {
  const events::DnsSeen* seen = dns_of(event);
  if (seen == nullptr || !seen->message.response || seen->message.questions.empty()) return;
  const dns::Message& message = seen->message;
  const dns::Question& question = message.questions.front();
  const AskedWith* asked = questions_.find(key_of(*seen));
  const std::string asked_with = asked == nullptr
                                     ? fmt::format("{0} {0} {0}", unknown)
                                     : fmt::format("{} {} {}", asked->size, asked->dnssec_ok, asked->buffer);
  const bool timed = event.dns && event.dns->latency;
  const std::size_t begin = out.size();
  out +=
      fmt::format("[INFO] {} - {} \"{} {} {} {} {}\" {} {} {} {}", output::endpoint_text(seen->local), message.id,
                  dns::rr_type_to_string(question.type), class_text(question.klass), question.name,
                  seen->protocol == events::protocol::TCP ? "tcp" : "udp", asked_with, rcode_text(message.rcode),
                  flags_text(message), message.size, timed ? duration_text(*event.dns->latency) : std::string(unknown));
  output::escape_unprintable(out, begin);
  out += '\n';
}

}  // namespace cnamedrop::observe
