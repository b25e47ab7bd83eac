// SPDX-License-Identifier: Apache-2.0
// Times are Go's: an offset may stand for the Z, and the year 1 means that there is none.
#include "fqdn/cilium_cache.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "events/forms.h"
#include "json/bounded_parse.h"
#include "json/form.h"
#include "os/input_file.h"
#include "policy/content.h"
#include "types/time_text.h"

namespace cnamedrop::fqdn {
namespace {

constexpr const char* wanted = "; wanted is the output of cilium-dbg fqdn cache list";

// "+02:30"; nothing for other text.
std::optional<Duration> read_offset(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  if (!digit(1) || !digit(2) || !digit(4) || !digit(5)) return std::nullopt;
  const std::chrono::hours hours((text[1] - '0') * 10 + (text[2] - '0'));
  const std::chrono::minutes minutes((text[4] - '0') * 10 + (text[5] - '0'));
  return text[0] == '-' ? -(hours + minutes) : hours + minutes;
}

std::optional<Time> read_go_time(std::string_view text) {
  if (const auto utc = parse_time(text)) return utc;
  if (text.size() < 6) return std::nullopt;
  const std::optional<Duration> offset = read_offset(text.substr(text.size() - 6));
  const auto local = parse_time(std::string(text.substr(0, text.size() - 6)) + 'Z');
  if (!offset || !local) return std::nullopt;
  const auto [earliest, latest] = std::pair(Time::min() + std::chrono::days(2), Time::max() - std::chrono::days(2));
  if (*local < earliest || *local > latest) return std::nullopt;
  return *local - *offset;
}

struct GoTime {
  static json::Expected parse(const json::Value& value, Time& out) {
    constexpr json::Expected expected = "a time such as 2026-03-01T12:00:31.123Z";
    const std::optional<Time> time = value.IsString() ? read_go_time(json::text_of(value)) : std::nullopt;
    if (!time) return expected;
    out = *time;
    return nullptr;
  }
};

// Nothing for Go's year 1, which means that there is no time.
void read_time(const json::Place& at, const json::Members& members, std::string_view name, std::optional<Time>& out) {
  const json::Value* value = members.find(name);
  if (value == nullptr || (value->IsString() && json::text_of(*value).starts_with("0001-01-01T"))) return;
  json::read_as<GoTime>(json::Place(at, name), *value, out.emplace());
}

template <typename Form, typename T>
void require(const json::Place& at, const json::Members& members, std::string_view name, T& out) {
  if (!json::read_member<Form>(at, members, name, out)) json::Place(at, name).fail("is missing");
}

Lookup canonical(Lookup lookup) {
  std::transform(lookup.fqdn.begin(), lookup.fqdn.end(), lookup.fqdn.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!lookup.fqdn.ends_with('.')) lookup.fqdn += '.';
  std::sort(lookup.ips.begin(), lookup.ips.end());
  lookup.ips.erase(std::unique(lookup.ips.begin(), lookup.ips.end()), lookup.ips.end());
  return lookup;
}

Lookup read_lookup(const json::Place& at, const json::Members& members) {
  Lookup lookup;
  std::uint64_t endpoint = 0;
  if (json::read_member<json::Form<std::uint64_t>>(at, members, "endpoint-id", endpoint)) lookup.endpoint_id = endpoint;
  read_time(at, members, "expiration-time", lookup.expires);
  require<json::Form<std::string>>(at, members, "fqdn", lookup.fqdn);
  require<json::Form<std::vector<dns::IpAddress>>>(at, members, "ips", lookup.ips);
  read_time(at, members, "lookup-time", lookup.looked_up);
  if (!json::read_member<json::Form<std::string>>(at, members, "source", lookup.source)) lookup.source = from_lookup;
  json::read_member<json::Form<std::uint64_t>>(at, members, "ttl", lookup.ttl);
  return canonical(std::move(lookup));
}

// The table of `cilium-dbg fqdn cache list` without -o json: each cell begins below its heading.
class Table {
 public:
  explicit Table(std::string_view heading) {
    for (std::size_t at = 0; at < heading.size(); ++at)
      if (heading[at] != ' ' && (at == 0 || heading[at - 1] == ' '))
        columns_.emplace_back(heading.substr(at, heading.find(' ', at) - at), at);
  }

  // "" where the table has no such column, or the row no such cell.
  std::string_view cell(std::string_view row, std::string_view name) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].first != name || columns_[i].second >= row.size()) continue;
      const std::size_t end = i + 1 < columns_.size() ? columns_[i + 1].second : row.size();
      const std::string_view text = row.substr(columns_[i].second, end - columns_[i].second);
      return text.substr(0, text.find(' '));
    }
    return "";
  }

 private:
  std::vector<std::pair<std::string_view, std::size_t>> columns_;
};

// What is wrong with the row; "" if nothing is.
std::string read_row(const Table& table, std::string_view row, Lookup& lookup) {
  const auto number = [&](std::string_view name, std::uint64_t& out) {
    const std::string_view text = table.cell(row, name);
    return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{};
  };
  std::uint64_t endpoint = 0;
  if (number("Endpoint", endpoint)) lookup.endpoint_id = endpoint;
  lookup.fqdn = table.cell(row, "FQDN");
  if (lookup.fqdn.empty()) return "has no FQDN";
  lookup.source = table.cell(row, "Source");
  if (lookup.source.empty()) lookup.source = from_lookup;
  number("TTL", lookup.ttl);
  lookup.expires = read_go_time(table.cell(row, "ExpirationTime"));
  std::string_view ips = table.cell(row, "IPs");
  while (!ips.empty()) {
    const std::size_t comma = ips.find(',');
    const std::optional<dns::IpAddress> address = dns::parse_ip(ips.substr(0, comma));
    if (!address) return "has no list of addresses: " + std::string(ips);
    lookup.ips.push_back(*address);
    ips = comma == std::string_view::npos ? std::string_view() : ips.substr(comma + 1);
  }
  return "";
}

Result<std::vector<Lookup>> read_table(std::string_view text, const std::string& file) {
  std::vector<Lookup> lookups;
  std::optional<Table> table;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view row = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!table) {
      table.emplace(row);
      continue;
    }
    Lookup lookup;
    if (const std::string problem = read_row(*table, row, lookup); !problem.empty())
      return Error{file + ":" + std::to_string(line) + ": the row " + problem};
    lookups.push_back(canonical(std::move(lookup)));
  }
  return lookups;
}

}  // namespace

Result<std::vector<Lookup>> read_cache(const std::string& text, const std::string& file) {
  const std::string_view content = policy::without_frame(text);
  const policy::Content kind = policy::classify(content);
  if (kind == policy::Content::FqdnCacheTable) return read_table(content, file);
  if (const std::string what = policy::describe(kind); !what.empty() && kind != policy::Content::FqdnCache)
    return Error{file + ": " + what + wanted};
  const Result<rapidjson::Document> parsed = json::parse_document(content, file);
  if (!parsed) return parsed.error();
  const rapidjson::Document& document = *parsed;
  std::vector<Lookup> lookups;
  if (document.IsNull()) return lookups;  // how Go writes a list that was never made
  if (!document.IsArray()) return Error{file + ": this is not an array of look-ups" + wanted};
  for (rapidjson::SizeType i = 0; i < document.Size(); ++i) {
    const std::string place = file + ": [" + std::to_string(i) + "]";
    if (!document[i].IsObject()) return Error{place + " is not an object" + wanted};
    json::Problem problem;
    lookups.push_back(read_lookup(json::Place(problem), json::Members(document[i])));
    if (!problem.message.empty()) return Error{place + "." + problem.field + " " + problem.message};
  }
  return lookups;
}

Result<std::vector<Lookup>> load_cache(const std::filesystem::path& path) {
  const Result<std::string> content = os::read_input_file(path, "a list of cilium-dbg fqdn cache");
  if (!content) return content.error();
  return read_cache(*content, path.string());
}

}  // namespace cnamedrop::fqdn
