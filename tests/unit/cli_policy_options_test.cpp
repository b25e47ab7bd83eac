// SPDX-License-Identifier: Apache-2.0
// The flags by which drops are judged, as they stand on a command line.
#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <string>

#include "cli/policy_options.h"
#include "policy_view.h"

namespace cnamedrop::cli {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class PolicyFlags : public testing::Test {
 protected:
  PolicyFlags() {
    options.add_to(app, settings);
    app.add_option("FILE", file);
  }
  void parse(const std::string& line) { app.parse(line); }

  CLI::App app;
  join::Settings settings;
  PolicyOptions options;
  std::string file;
};

const std::string manifest = TEST_DATA_DIR "/policies/kong.yaml";
const std::string fqdn_names = TEST_DATA_DIR "/policies/fqdn_names.json";

TEST_F(PolicyFlags, WithoutFlagsThereIsNoPolicy) {
  parse("");
  const auto policy = options.load();
  ASSERT_TRUE(policy);
  EXPECT_EQ(*policy, nullptr);
}

TEST_F(PolicyFlags, CreditingIsThatOfCiliumUnlessSet) {
  parse("");
  EXPECT_EQ(settings.credit_to, join::CreditTo::Question);
  EXPECT_EQ(settings.min_ttl, std::chrono::seconds(0));
  EXPECT_EQ(settings.grace, std::chrono::seconds(0));
  EXPECT_EQ(settings.max_ips_per_name, 1000U);
  EXPECT_EQ(settings.race_window, std::chrono::milliseconds(100));
}

TEST_F(PolicyFlags, CreditingMayBeSet) {
  parse("--credit chain --min-ttl 3600 --grace 30 --max-ips-per-name 50 --race-window 1.5s");
  EXPECT_EQ(settings.credit_to, join::CreditTo::Chain);
  EXPECT_EQ(settings.min_ttl, std::chrono::seconds(3600));
  EXPECT_EQ(settings.grace, std::chrono::seconds(30));
  EXPECT_EQ(settings.max_ips_per_name, 50U);
  EXPECT_EQ(settings.race_window, std::chrono::milliseconds(1500));
}

TEST_F(PolicyFlags, OtherDialectsAreRefused) {
  EXPECT_THROW(parse("--credit everything"), CLI::ParseError);
  EXPECT_THROW(parse("--credit 7"), CLI::ParseError);
}

TEST_F(PolicyFlags, TimesWithoutSenseAreRefused) {
  EXPECT_THROW(parse("--race-window soon"), CLI::ParseError);
  EXPECT_THROW(parse("--race-window -1s"), CLI::ParseError);
}

TEST_F(PolicyFlags, SelectorsOfAllFlagsAddUp) {
  parse("--policy " + manifest + " --policy " + fqdn_names + " --allow-name a.example --allow-pattern *.example");
  const auto manifest_alone = policy::load_policy_file(manifest);
  const auto names_alone = policy::load_policy_file(fqdn_names);
  const auto policy = options.load();
  ASSERT_TRUE(policy);
  EXPECT_THAT(selectors_of(**policy),
              SizeIs(selectors_of(*manifest_alone).size() + selectors_of(*names_alone).size() + 2));
  EXPECT_EQ(selectors_of(**policy).back().text, "matchPattern: *.example");
}

TEST_F(PolicyFlags, FlagLeavesTheArgumentBehindIt) {
  parse("--allow-name a.example trace.jsonl");
  EXPECT_EQ(file, "trace.jsonl");
}

TEST_F(PolicyFlags, VersionChoosesHowPatternsAreRead) {
  parse("--allow-pattern **.x.com --cilium-version 1.18");
  const auto policy = options.load();
  ASSERT_TRUE(policy);
  EXPECT_FALSE(selectors_of(**policy).at(0).matches("a.b.x.com."));
}

TEST_F(PolicyFlags, NewestVersionIsTheDefault) {
  parse("--allow-pattern **.x.com");
  EXPECT_TRUE(selectors_of(**options.load()).at(0).matches("a.b.x.com."));
}

TEST_F(PolicyFlags, VersionThatIsNoneIsRefused) { EXPECT_THROW(parse("--cilium-version newest"), CLI::ParseError); }

TEST_F(PolicyFlags, MissingFileIsAnError) {
  parse("--policy /nowhere.yaml");
  const auto policy = options.load();
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().message, "/nowhere.yaml: No such file or directory");
}

TEST_F(PolicyFlags, NameThatCiliumRefusesIsAnError) {
  parse("--allow-name *.example");
  const auto policy = options.load();
  ASSERT_FALSE(policy);
  EXPECT_THAT(policy.error().message, HasSubstr("--allow-name \"*.example\": has invalid characters"));
}

TEST_F(PolicyFlags, PatternThatCiliumRefusesIsAnError) {
  parse("--allow-pattern a?.example");
  EXPECT_FALSE(options.load());
}

}  // namespace
}  // namespace cnamedrop::cli
