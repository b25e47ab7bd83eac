// SPDX-License-Identifier: Apache-2.0
// Which events pass which filter.
#include <gmock/gmock.h>

#include "events_examples.h"
#include "observe/filter.h"
#include "policy/policy.h"

namespace cnamedrop::observe {
namespace {

namespace examples = events::examples;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The types of the example events that pass.
std::vector<std::string_view> passing(const Filter& filter) {
  std::vector<std::string_view> types;
  for (const events::Event& event : examples::every_type())
    if (filter.passes(event)) types.push_back(type_of(event));
  return types;
}

Filter to_name(const std::string& pattern) {
  Filter filter;
  filter.to_names = {policy::selector_from_pattern(pattern)->compiled};
  return filter;
}

Filter to_address(const std::string& range) {
  Filter filter;
  filter.to_addresses = {*parse_address_range(range)};
  return filter;
}

TEST(Filter, WithoutOneEverythingPasses) {
  EXPECT_THAT(passing({}), ElementsAre("start", "pod", "dns", "dns", "dns", "drop", "drop", "lost", "stop"));
}

TEST(Filter, ValuesOfOneAreAlternatives) {
  Filter filter;
  filter.types = {"lost", "stop"};
  EXPECT_THAT(passing(filter), ElementsAre("lost", "stop"));
}

TEST(Filter, DifferentOnesMustAllHold) {
  Filter filter;
  filter.types = {"dns", "drop"};
  filter.causes = {events::CauseKind::CnameOnly};
  EXPECT_THAT(passing(filter), ElementsAre("drop"));
}

TEST(Filter, APodIsMeantByTheBeginningOfItsName) {
  Filter filter;
  filter.pods = {parse_pod_prefix("kong-")};
  EXPECT_THAT(passing(filter), ElementsAre("pod", "dns", "dns", "dns", "drop"));
}

TEST(Filter, ANamespaceInFrontOfThePodIsMeantWhole) {
  Filter filter;
  filter.pods = {parse_pod_prefix("kon/kong")};
  EXPECT_THAT(passing(filter), IsEmpty());
  filter.pods = {parse_pod_prefix("kong/")};
  EXPECT_THAT(passing(filter), ElementsAre("pod", "dns", "dns", "dns", "drop"));
}

TEST(Filter, ANameIsThatOfAQuestionOrOfADropsAddress) {
  EXPECT_THAT(passing(to_name("www.tm.ak.prd.aadg.trafficmanager.net")), ElementsAre("dns", "drop"));
}

TEST(Filter, ADropIsFoundUnderTheNameThatThePodHadWanted) {
  EXPECT_THAT(passing(to_name("login.microsoftonline.com")), ElementsAre("dns", "drop"));
}

TEST(Filter, APatternSelectsAsAPolicyDoes) {
  EXPECT_THAT(passing(to_name("*.microsoftonline.com")), ElementsAre("dns", "drop"));
  EXPECT_THAT(passing(to_name("*.com")), IsEmpty());
}

TEST(Filter, AnAddressIsTheDestinations) {
  EXPECT_THAT(passing(to_address("20.190.151.134")), ElementsAre("drop"));
  EXPECT_THAT(passing(to_address("10.0.0.2")), ElementsAre("dns"));  // the answer
}

TEST(Filter, ARangeHoldsItsFirstBits) {
  EXPECT_THAT(passing(to_address("20.190.128.0/18")), ElementsAre("drop"));
  EXPECT_THAT(passing(to_address("20.190.0.0/17")), IsEmpty());
  EXPECT_THAT(passing(to_address("0.0.0.0/0")), ElementsAre("dns", "dns", "drop"));
  EXPECT_THAT(passing(to_address("fd00::/16")), ElementsAre("dns", "drop"));
}

TEST(Filter, APacketIsFoundByWhatItWasSentToBeforeItWasTranslated) {
  EXPECT_THAT(passing(to_address("fd00:96::10")), ElementsAre("drop"));
}

TEST(Filter, APortIsTheDestinations) {
  Filter filter;
  filter.to_ports = {443};
  EXPECT_THAT(passing(filter), ElementsAre("drop"));
}

TEST(Filter, AProtocolIsThatOfThePacket) {
  Filter filter;
  filter.protocols = {events::protocol::UDP};
  EXPECT_THAT(passing(filter), ElementsAre("dns", "dns"));
}

TEST(Filter, ADropReasonHasNoPrefix) {
  Filter filter;
  filter.drop_reasons = {"NETFILTER_DROP"};
  EXPECT_THAT(passing(filter), ElementsAre("drop"));
}

TEST(Filter, AQtypeIsThatOfAnyQuestion) {
  Filter filter;
  filter.qtypes = {dns::type::HTTPS};
  EXPECT_THAT(passing(filter), ElementsAre("dns"));
}

TEST(Filter, AnRcodeIsThatOfAnAnswer) {
  Filter filter;
  filter.rcodes = {dns::rcode::NOERROR};
  EXPECT_THAT(passing(filter), ElementsAre("dns"));
}

TEST(Filter, BothTimesAreIncluded) {
  Filter filter;
  filter.since = examples::noon + examples::ns;
  filter.until = examples::noon + 2 * examples::ns;
  EXPECT_THAT(passing(filter), ElementsAre("pod", "dns"));
}

TEST(AddressRange, SaysWhatIsWrong) {
  EXPECT_THAT(parse_address_range("10.0.0").error().message, HasSubstr("must be an address"));
  EXPECT_THAT(parse_address_range("10.0.0.0/33").error().message, HasSubstr("from 0 to 32"));
  EXPECT_THAT(parse_address_range("fd00::/129").error().message, HasSubstr("from 0 to 128"));
  EXPECT_THAT(parse_address_range("10.0.0.0/").error().message, HasSubstr("behind the slash"));
}

}  // namespace
}  // namespace cnamedrop::observe
