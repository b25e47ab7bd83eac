// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic is std::chrono's (proleptic Gregorian); only the digits are ours.
#include "types/time_text.h"

#include <chrono>

namespace cnamedrop {
namespace {

constexpr std::size_t seconds_length = 19;  // "2026-03-01T12:00:31"
constexpr int first_year = 1678;            // whole years that 64-bit nanoseconds since 1970 hold
constexpr int last_year = 2261;

void write_digits(char* at, unsigned value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

std::optional<unsigned> read_digits(std::string_view digits) {
  unsigned value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  return value;
}

// The part behind the seconds: "Z", or "." and one to nine digits and "Z".
std::optional<Duration> read_fraction(std::string_view text) {
  if (text == "Z") return Duration::zero();
  if (text.size() < 3 || text.size() > 11 || text.front() != '.' || text.back() != 'Z') return std::nullopt;
  const std::string_view digits = text.substr(1, text.size() - 2);
  const auto value = read_digits(digits);
  if (!value) return std::nullopt;
  std::int64_t nanoseconds = *value;
  for (std::size_t i = digits.size(); i < 9; ++i) nanoseconds *= 10;
  return Duration(nanoseconds);
}

}  // namespace

void append_time(std::string& out, Time time) {
  using namespace std::chrono;
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[] = "0000-00-00T00:00:00.000000000Z";
  write_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  write_digits(text + 5, static_cast<unsigned>(date.month()), 2);
  write_digits(text + 8, static_cast<unsigned>(date.day()), 2);
  write_digits(text + 11, static_cast<unsigned>(clock.hours().count()), 2);
  write_digits(text + 14, static_cast<unsigned>(clock.minutes().count()), 2);
  write_digits(text + 17, static_cast<unsigned>(clock.seconds().count()), 2);
  write_digits(text + 20, static_cast<unsigned>(clock.subseconds().count()), 9);
  out.append(text, sizeof text - 1);
}

std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() <= seconds_length) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto year_number = read_digits(text.substr(0, 4));
  const auto month_number = read_digits(text.substr(5, 2));
  const auto day_number = read_digits(text.substr(8, 2));
  const auto hour = read_digits(text.substr(11, 2));
  const auto minute = read_digits(text.substr(14, 2));
  const auto second = read_digits(text.substr(17, 2));
  const auto fraction = read_fraction(text.substr(seconds_length));
  if (!year_number || !month_number || !day_number || !hour || !minute || !second || !fraction) return std::nullopt;
  const year_month_day date{year{static_cast<int>(*year_number)}, month{*month_number}, day{*day_number}};
  const bool in_range = static_cast<int>(date.year()) >= first_year && static_cast<int>(date.year()) <= last_year;
  if (!date.ok() || !in_range || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto whole = sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second};
  return Time(whole) + *fraction;
}

}  // namespace cnamedrop
