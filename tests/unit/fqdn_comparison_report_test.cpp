// SPDX-License-Identifier: Apache-2.0
// A comparison as a person and a program read it.
#include <gmock/gmock.h>

#include "fqdn/comparison_report.h"
#include "fqdn_trace.h"

namespace cnamedrop::fqdn {
namespace {

using testing::HasSubstr;
using testing::Not;

// The address is in both under the target only, and each side has one row more.
Comparison founding_case() {
  Recording recording;
  recording.chase(60);
  recording.look_up_a("x.example.", 5, "192.0.2.1");
  return compare_with(recording, row(www, ip, 60, "12:00:00.000", "12:01:00.000") + "," +
                                     row("y.example.", "\"192.0.2.2\"", 30, "11:59:50.000", "12:00:20.000"));
}

TEST(FqdnComparisonReport, TellsEachDifferenceWithItsRowAndItsReason) {
  std::string text;
  append_text(text, founding_case());
  EXPECT_EQ(text,
            R"(The same in both: 1 address. 2 differences follow.
The trace's table is that of 2026-03-01T12:00:00.003Z, the newest look-up in Cilium's list is of 2026-03-01T12:00:00.000Z.

x.example.  only in the trace
  192.0.2.1
  trace   kong/kong-uid1  lookup  TTL 5, 2026-03-01T12:00:00.003Z to 2026-03-01T12:00:05.003Z
  looked up at 2026-03-01T12:00:00.003Z; the newest look-up of the list is of 2026-03-01T12:00:00.000Z, it may have
    been taken before

y.example.  only in Cilium
  192.0.2.2
  Cilium  endpoint 754  lookup  TTL 30, 2026-03-01T11:59:50.000Z to 2026-03-01T12:00:20.000Z
  looked up at 2026-03-01T11:59:50.000Z, before the trace began at 2026-03-01T12:00:00.000Z

www.tm.ak.prd.aadg.trafficmanager.net.  in both, but only as the end of a chain of aliases
  20.190.151.134
  kong/kong-uid1 asked its own way here from login.microsoftonline.com.: neither side has the address under that
    name, so a policy that selects it does not let the address through.
)");
}

TEST(FqdnComparisonReport, IsAnObjectForPrograms) {
  std::string text;
  append_json(text, founding_case());
  EXPECT_EQ(text,
            R"({
  "trace_begin": "2026-03-01T12:00:00.000Z",
  "trace_at": "2026-03-01T12:00:00.003Z",
  "cilium_newest": "2026-03-01T12:00:00.000Z",
  "same": 1,
  "differences": [
    {
      "kind": "only_in_trace",
      "fqdn": "x.example.",
      "ips": [
        "192.0.2.1"
      ],
      "trace": {
        "pod": "kong/kong-uid1",
        "expiration-time": "2026-03-01T12:00:05.003Z",
        "fqdn": "x.example.",
        "ips": [
          "192.0.2.1"
        ],
        "lookup-time": "2026-03-01T12:00:00.003Z",
        "source": "lookup",
        "ttl": 5
      },
      "why": "looked up at 2026-03-01T12:00:00.003Z; the newest look-up of the list is of 2026-03-01T12:00:00.000Z, it may have been taken before"
    },
    {
      "kind": "only_in_cilium",
      "fqdn": "y.example.",
      "ips": [
        "192.0.2.2"
      ],
      "cilium": {
        "endpoint-id": 754,
        "expiration-time": "2026-03-01T12:00:20.000Z",
        "fqdn": "y.example.",
        "ips": [
          "192.0.2.2"
        ],
        "lookup-time": "2026-03-01T11:59:50.000Z",
        "source": "lookup",
        "ttl": 30
      },
      "why": "looked up at 2026-03-01T11:59:50.000Z, before the trace began at 2026-03-01T12:00:00.000Z"
    }
  ],
  "targets_only": [
    {
      "pod": "kong/kong-uid1",
      "fqdn": "www.tm.ak.prd.aadg.trafficmanager.net.",
      "origins": [
        "login.microsoftonline.com."
      ],
      "ips": [
        "20.190.151.134"
      ]
    }
  ]
}
)");
}

TEST(FqdnComparisonReport, SaysThatThereIsNoDifference) {
  const Recording recording;
  std::string text;
  append_text(text, compare_with(recording, ""));
  EXPECT_EQ(text,
            "The same in both: 0 addresses. No differences.\n"
            "The trace's table is that of 2026-03-01T12:00:00.000Z, Cilium's list tells no time.\n");
}

TEST(FqdnComparisonReport, NoControlCharacterReachesTheTerminal) {
  const Recording recording;
  std::string text;
  append_text(text, compare_with(recording, R"({"fqdn":"\u001b[31mx.","ips":["192.0.2.1"],"source":"a\u0007"})"));
  EXPECT_THAT(text, HasSubstr("\\x1b[31mx."));
  EXPECT_THAT(text, HasSubstr("a\\x07"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace cnamedrop::fqdn
