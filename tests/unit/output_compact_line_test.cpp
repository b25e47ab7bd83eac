// SPDX-License-Identifier: Apache-2.0
// What a person reads in a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events_examples.h"
#include "output/compact_line.h"

namespace cnamedrop::output {
namespace {

namespace examples = events::examples;
using ::testing::HasSubstr;

std::string line_of(const events::Event& event) {
  std::string out;
  append_compact(out, event);
  return out;
}

TEST(CompactLine, SaysWhoseDropItIsAndWhy) {
  EXPECT_EQ(line_of(examples::drop()),
            "12:00:31.123 DROP kong/kong-abc TCP 10.0.0.2:40000 > 20.190.151.134:443 SYN NETFILTER_DROP nf_hook_slow "
            "eth0 x3  cname_only: login.microsoftonline.com -> ... -> www.tm.ak.prd.aadg.trafficmanager.net (asked)\n");
}

TEST(CompactLine, ShowsIngressFromTheRemoteAndDoubtsWithAQuestionMark) {
  EXPECT_EQ(line_of(examples::odd_drop()),
            "11:59:59.999 DROP /system.slice/gateway.service 47 2001:db8::1 > fd00::2 x1152921504606846976  "
            "not_learned?: SRV x.example [matchPattern: \"*.example\"] misses by the apex\n");
}

TEST(CompactLine, LeavesOutACauseThatNobodyGave) {
  events::Event event = examples::drop();
  event.cause.reset();

  EXPECT_THAT(line_of(event), ::testing::EndsWith("eth0 x3\n"));
}

TEST(CompactLine, NamesTheCreditOfACauseThatIsNoChase) {
  events::Event event = examples::drop();
  event.cause->kind = events::CauseKind::Expired;

  EXPECT_THAT(line_of(event), HasSubstr("  expired: www.tm.ak.prd.aadg.trafficmanager.net\n"));
}

TEST(CompactLine, ShowsAQuestion) {
  EXPECT_EQ(line_of(examples::dns_question()),
            "12:00:00.000 DNS  kong/kong-abc > 10.96.0.10:53 A? www.tm.ak.prd.aadg.trafficmanager.net\n");
}

TEST(CompactLine, ShowsAnAnswer) {
  EXPECT_EQ(line_of(examples::dns_answer()),
            "12:00:00.000 DNS  kong/kong-abc < 10.96.0.10:53 A? login.microsoftonline.com NOERROR "
            "CNAME login.mso.msidentity.com 20.190.151.134 2603:1006:2000::8 0.3ms\n");
}

TEST(CompactLine, PutsIpv6AddressesWithPortsInBrackets) {
  EXPECT_THAT(line_of(examples::odd_dns_answer()), HasSubstr(" < [fd00::a]:53 TYPE65280? a\\.b.example HTTPS? . "));
}

TEST(CompactLine, ShowsTheOtherTypes) {
  EXPECT_EQ(line_of(examples::start()),
            "12:00:00.000 START cnamedrop 0.1.0 on 6.18.0: --pod-uid 3f1c7a52-9d1e-4a3b-8a55-0c2f6f5d9e11\n");
  EXPECT_EQ(line_of(examples::pod_seen()),
            "12:00:00.000 POD  kong/kong-abc "
            "/kubepods.slice/kubepods-pod3f1c7a52.slice/cri-containerd-9b2e4c3d.scope gone\n");
  EXPECT_EQ(line_of(examples::lost()), "12:00:01.000 LOST 17 drops_ring_full since 12:00:00.000\n");
  EXPECT_EQ(line_of(examples::stop()), "12:01:00.000 STOP signal\n");
}

TEST(CompactLine, NeverSteersTheTerminal) {
  events::Event event = examples::stop();
  std::get<events::Stopped>(event.observation.what).why =
      "\x1b[2J\r\n\x9b"
      "2J\x7f\u202e";

  EXPECT_EQ(line_of(event), "12:01:00.000 STOP \\x1b[2J\\x0d\\x0a\\x9b2J\\x7f\\xe2\\x80\\xae\n");
}

}  // namespace
}  // namespace cnamedrop::output
