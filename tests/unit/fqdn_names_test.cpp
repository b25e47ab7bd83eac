// SPDX-License-Identifier: Apache-2.0
// What `cilium-dbg fqdn names` would print of a policy, and that our own reader takes it back.
#include <gmock/gmock.h>

#include "fqdn/names.h"
#include "policy/policy.h"
#include "policy_view.h"

namespace cnamedrop::fqdn {
namespace {

using policy::CiliumVersion;
using testing::ElementsAre;
using testing::IsEmpty;

std::string names_json(const std::vector<policy::Selector>& selectors,
                       CiliumVersion version = CiliumVersion::V1_19_OrNewer) {
  std::string text;
  append_names_json(text, policy::pointers_to(selectors), version);
  return text;
}

std::string regex_of(const std::string& pattern, CiliumVersion version) {
  const std::string json = names_json({*policy::selector_from_pattern(pattern, {version})}, version);
  const std::string begin = "\"regexString\": \"";
  const std::size_t at = json.find(begin) + begin.size();
  return json.substr(at, json.find('"', at) - at);
}
std::string new_regex(const std::string& pattern) { return regex_of(pattern, CiliumVersion::V1_19_OrNewer); }
std::string old_regex(const std::string& pattern) { return regex_of(pattern, CiliumVersion::V1_18_OrOlder); }

TEST(FqdnNames, AreTheJsonOfCilium) {
  EXPECT_EQ(names_json({*policy::selector_from_name("Login.X.com"), *policy::selector_from_pattern("*.x.com")}),
            "{\n"
            "  \"DNSPollNames\": null,\n"
            "  \"FQDNPolicySelectors\": [\n"
            "    {\n"
            "      \"regexString\": \"^login[.]x[.]com[.]$\",\n"
            "      \"selectorString\": \"MatchName: Login.X.com, MatchPattern: \"\n"
            "    },\n"
            "    {\n"
            "      \"regexString\": \"^[-a-zA-Z0-9_]*[.]x[.]com[.]$\",\n"
            "      \"selectorString\": \"MatchName: , MatchPattern: *.x.com\"\n"
            "    }\n"
            "  ]\n"
            "}\n");
}

TEST(FqdnNames, WithoutSelectorsAreAnEmptyArray) {
  EXPECT_EQ(names_json({}), "{\n  \"DNSPollNames\": null,\n  \"FQDNPolicySelectors\": []\n}\n");
}

TEST(FqdnNames, RegexIsThatOfTheNewVersion) {
  EXPECT_EQ(new_regex("*x.com"), "^[-a-zA-Z0-9_]*x[.]com[.]$");
  EXPECT_EQ(new_regex("sub*.x.com."), "^sub[-a-zA-Z0-9_]*[.]x[.]com[.]$");
  EXPECT_EQ(new_regex("*.*.x.com"), "^[-a-zA-Z0-9_]*[.][-a-zA-Z0-9_]*[.]x[.]com[.]$");
  EXPECT_EQ(new_regex("**.x.com"), "^([-a-zA-Z0-9_]+([.][-a-zA-Z0-9_]+){0,})[.]x[.]com[.]$");
  EXPECT_EQ(new_regex("a.**.com"), "^a[.][-a-zA-Z0-9_]*[.]com[.]$");
  EXPECT_EQ(new_regex("*"), "(^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)");
  EXPECT_EQ(new_regex("**."), "(^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)");
}

TEST(FqdnNames, RegexIsThatOfTheOldVersion) {
  EXPECT_EQ(old_regex("**.x.com"), "^[-a-zA-Z0-9_]*[-a-zA-Z0-9_]*[.]x[.]com[.]$");
  EXPECT_EQ(old_regex("a.**.com"), "^a[.][-a-zA-Z0-9_]*[-a-zA-Z0-9_]*[.]com[.]$");
  EXPECT_EQ(old_regex("*"), "(^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)");
  EXPECT_EQ(old_regex("**"), "^[-a-zA-Z0-9_]*[-a-zA-Z0-9_]*[.]$");
}

TEST(FqdnNames, ASelectorThatIsWrittenTwiceStandsThereOnce) {
  const policy::Selector selector = *policy::selector_from_name("x.com");
  EXPECT_EQ(names_json({selector, selector}), names_json({selector}));
}

TEST(FqdnNames, ComeBackFromOurOwnReaderAsTheyWere) {
  const policy::Policy policy = *policy::load_policy_file(TEST_DATA_DIR "/policies/kong.yaml");
  const std::string json = names_json(selectors_of(policy));
  const Result<policy::Policy> again = policy::load_policy_text(json, "names.json");
  ASSERT_TRUE(again);
  ASSERT_EQ(selectors_of(*again).size(), 2U);
  EXPECT_EQ(selectors_of(*again)[0].text, "matchName: Login.MicrosoftOnline.com");
  EXPECT_TRUE(selectors_of(*again)[0].matches("login.microsoftonline.com."));
  EXPECT_TRUE(selectors_of(*again)[1].matches("login.msidentity.com."));
  EXPECT_FALSE(selectors_of(*again)[1].matches("a.login.msidentity.com."));
  EXPECT_EQ(names_json(selectors_of(*again)), json);
}

TEST(FqdnNames, ARegexThatCiliumToldStaysAsItIs) {
  const policy::Policy policy = *policy::load_policy_file(TEST_DATA_DIR "/policies/fqdn_names.json");
  const std::string json = names_json(selectors_of(policy));
  EXPECT_THAT(json, testing::HasSubstr(R"("^[-a-zA-Z0-9_]*[-a-zA-Z0-9_]*[.]x[.]com[.]$")"));
  EXPECT_THAT(json, testing::HasSubstr(R"r("(^([-a-zA-Z0-9_]+[.])+$)|(^[.]$)")r"));
  EXPECT_EQ(names_json(selectors_of(*policy::load_policy_text(json, "names.json"))), json);
}

}  // namespace
}  // namespace cnamedrop::fqdn
