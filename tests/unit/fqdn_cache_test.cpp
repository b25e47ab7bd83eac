// SPDX-License-Identifier: Apache-2.0
// The table of `cilium-dbg fqdn cache list`, as a trace implies it.
#include <gmock/gmock.h>

#include "event_files/event_reader.h"
#include "fqdn/lookup_table.h"
#include "fqdn_trace.h"
#include "types/time_text.h"

namespace cnamedrop::fqdn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string table_of(const TraceCache& cache) {
  std::string text;
  append_table(text, cache.lookups());
  return text;
}

std::string json_of(const TraceCache& cache) {
  std::string text;
  append_json(text, cache.lookups());
  return text;
}

TraceCache cache_of_file(const std::string& name, TraceOptions options) {
  TraceCache cache(std::move(options));
  Result<event_files::EventReader> reader = event_files::EventReader::open(TEST_DATA_DIR "/traces/" + name);
  while (auto event = reader->next()) cache.take(*std::move(event));
  return cache;
}

std::vector<std::string> names_of(const TraceCache& cache) {
  std::vector<std::string> names;
  for (const Lookup& lookup : cache.lookups()) names.push_back(lookup.fqdn);
  return names;
}

TEST(FqdnCache, IsTheTableOfCilium) {
  Recording recording;
  recording.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 30), a(www, 40, "192.0.2.1")});
  recording.look_up_a("x.example.", 5);
  EXPECT_EQ(table_of(recording.cache),
            "Endpoint         Source   FQDN                         TTL   ExpirationTime             IPs\n"
            "kong/kong-uid1   lookup   login.microsoftonline.com.   30    2026-03-01T12:00:30.001Z   "
            "20.190.151.134,192.0.2.1\n"
            "kong/kong-uid1   lookup   x.example.                   5     2026-03-01T12:00:05.002Z   20.190.151.134\n");
}

TEST(FqdnCache, IsTheJsonOfCiliumWithoutAnEndpoint) {
  Recording recording;
  recording.look_up(login, dns::type::A, {a(login, 30), a(login, 30, "192.0.2.1")});
  EXPECT_EQ(json_of(recording.cache),
            "[\n"
            "  {\n"
            "    \"expiration-time\": \"2026-03-01T12:00:30.001Z\",\n"
            "    \"fqdn\": \"login.microsoftonline.com.\",\n"
            "    \"ips\": [\n"
            "      \"20.190.151.134\",\n"
            "      \"192.0.2.1\"\n"
            "    ],\n"
            "    \"lookup-time\": \"2026-03-01T12:00:00.001Z\",\n"
            "    \"source\": \"lookup\",\n"
            "    \"ttl\": 30\n"
            "  }\n"
            "]\n");
}

TEST(FqdnCache, WithoutLookUpsIsAHeadingOrAnEmptyArray) {
  const Recording recording;
  EXPECT_EQ(table_of(recording.cache), "Endpoint   Source   FQDN   TTL   ExpirationTime   IPs\n");
  EXPECT_EQ(json_of(recording.cache), "[]\n");
}

TEST(FqdnCache, HoldsTheFoundingCaseAtEachOfItsMoments) {
  const Time learned = *parse_time("2026-11-23T17:42:57.5Z");
  const Time dropped = *parse_time("2026-11-23T17:43:02.7Z");
  EXPECT_THAT(names_of(cache_of_file("kong_a4_cname4.jsonl", {{}, learned, ""})), ElementsAre(login));
  EXPECT_THAT(names_of(cache_of_file("kong_a4_cname4.jsonl", {{}, dropped, ""})), ElementsAre(www));
}

TEST(FqdnCache, LeavesOutWhatHasExpiredByTheEndOfTheTrace) {
  Recording recording;
  recording.look_up_a("short.example.", 5);
  recording.look_up_a("long.example.", 60, "192.0.2.1");
  recording.last_until(6);
  EXPECT_THAT(names_of(recording.cache), ElementsAre("long.example."));
}

TEST(FqdnCache, DoesNotKnowYetWhatIsLearnedAfterItsTime) {
  Recording recording({{}, join::noon + std::chrono::seconds(1), ""});
  recording.look_up_a("x.example.", 5);
  recording.at(3);
  recording.look_up_a("x.example.", 5);
  ASSERT_EQ(recording.cache.lookups().size(), 1U);
  EXPECT_EQ(recording.cache.lookups()[0].looked_up, join::noon + join::latency);
}

TEST(FqdnCache, MinimumTtlStandsInTheTableAsInCilium) {
  Recording recording(with({.min_ttl = std::chrono::seconds(3600)}));
  recording.look_up_a("x.example.", 5);
  recording.last_until(60);
  EXPECT_THAT(table_of(recording.cache), HasSubstr("x.example.   3600   2026-03-01T13:00:00.001Z"));
}

TEST(FqdnCache, GraceKeepsARowAndDoesNotChangeWhenItExpired) {
  Recording recording(with({.grace = std::chrono::seconds(60)}));
  recording.look_up_a("x.example.", 5);
  recording.last_until(30);
  EXPECT_THAT(table_of(recording.cache), HasSubstr("x.example.   5     2026-03-01T12:00:05.001Z"));
}

TEST(FqdnCache, CreditsTheChainOnlyIfToldSo) {
  Recording by_question;
  by_question.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 30)});
  EXPECT_THAT(names_of(by_question.cache), ElementsAre(login));
  Recording by_chain(with({.credit_to = join::CreditTo::Chain}));
  by_chain.look_up(login, dns::type::A, {cname(login, 60, www), a(www, 30)});
  EXPECT_THAT(names_of(by_chain.cache), ElementsAre(login, www));
}

TEST(FqdnCache, EachFamilyIsALookUpOfItsOwn) {
  Recording recording;
  recording.look_up_a("x.example.", 30);
  recording.look_up("x.example.", dns::type::AAAA, {aaaa("x.example.", 30, "2603:1006:2000::8")});
  EXPECT_THAT(names_of(recording.cache), ElementsAre("x.example.", "x.example."));
}

TEST(FqdnCache, ShowsOnlyThePodsThatAreChosen) {
  for (const char* pod : {"kong/kong-uid2", "kong-uid2", "kong/kong-uid2"}) {
    Recording recording({{}, std::nullopt, pod});
    recording.look_up_a("one.example.", 30);
    recording.look_up_a("two.example.", 30, join::address, 2);
    EXPECT_THAT(names_of(recording.cache), ElementsAre("two.example.")) << pod;
  }
  Recording recording({{}, std::nullopt, "uid2"});  // no beginning of a name
  recording.look_up_a("two.example.", 30, join::address, 2);
  EXPECT_THAT(recording.cache.lookups(), IsEmpty());
}

TEST(FqdnCache, NoControlCharacterReachesTheTerminal) {
  Recording recording;
  pods::Pod red = join::container("uid1", "c1");
  red.name = "\x1b[31mred";
  events::Event event;
  event.observation = {join::noon, join::question("x.", dns::type::A)};
  event.observation.pod = std::make_shared<const pods::Pod>(red);
  recording.cache.take(event);
  event.observation.what = join::answer_to(join::question("x.", dns::type::A), {a("x.", 30)});
  recording.cache.take(event);
  EXPECT_THAT(table_of(recording.cache), HasSubstr("kong/\\x1b[31mred"));
  EXPECT_THAT(table_of(recording.cache), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace cnamedrop::fqdn
