// SPDX-License-Identifier: Apache-2.0
// Times as text and back.
#include <gtest/gtest.h>

#include "types/time_text.h"

namespace cnamedrop {
namespace {

Time at(std::int64_t nanoseconds) { return Time(Duration(nanoseconds)); }

std::string written(std::int64_t nanoseconds) {
  std::string out;
  append_time(out, at(nanoseconds));
  return out;
}

TEST(TimeText, HasNineFractionalDigits) {
  EXPECT_EQ(written(1'772'366'431'123'456'789), "2026-03-01T12:00:31.123456789Z");
  EXPECT_EQ(written(0), "1970-01-01T00:00:00.000000000Z");
}

TEST(TimeText, CountsBackFrom1970) { EXPECT_EQ(written(-1), "1969-12-31T23:59:59.999999999Z"); }

TEST(TimeText, ReadsWhatItWrites) {
  EXPECT_EQ(parse_time("2026-03-01T12:00:31.123456789Z"), at(1'772'366'431'123'456'789));
  EXPECT_EQ(parse_time("1969-12-31T23:59:59.999999999Z"), at(-1));
  EXPECT_EQ(parse_time("2024-02-29T00:00:00.000000000Z"), at(1'709'164'800'000'000'000));
}

TEST(TimeText, ReadsFewerFractionalDigits) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:01Z"), at(1'000'000'000));
  EXPECT_EQ(parse_time("1970-01-01T00:00:01.5Z"), at(1'500'000'000));
}

TEST(TimeText, RefusesAnyOtherText) {
  EXPECT_EQ(parse_time(""), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01 12:00:31Z"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T12:00:31"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T12:00:31+01:00"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T12:00:31.Z"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T12:00:31.1234567890Z"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T12:00:3xZ"), std::nullopt);
}

TEST(TimeText, RefusesDatesThatDoNotExist) {
  EXPECT_EQ(parse_time("2026-02-29T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_time("2026-13-01T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_time("2026-03-01T24:00:00Z"), std::nullopt);
}

TEST(TimeText, RefusesYearsThatNanosecondsCannotHold) {
  EXPECT_EQ(parse_time("1600-01-01T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_time("9999-12-31T23:59:59Z"), std::nullopt);
}

}  // namespace
}  // namespace cnamedrop
