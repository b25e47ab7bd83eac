#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A flood of drops: every packet is in a count or in a reported loss, and no DNS message is lost for it.
import sys
import unittest

from lab import SKIPPED, Lab, lacking
from trace import Trace

ONE_FLOW = 200_000
MANY_FLOWS = 40_000
QUESTIONS = 200

# Sends datagrams to one address as fast as they go, and now and then asks the resolver, without reading the answers.
FLOOD = """
import socket, struct, sys
packets, questions, remote, resolver, ports = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sent = 0
for number in range(packets):
    sent += flood.sendto(b"x", (remote, 9 if ports == "one" else 1024 + number % 60000))
    if number % (packets // questions) == 0:
        name = b"".join(bytes([len(label)]) + label for label in (b"q%d" % (number // (packets // questions)), b"test"))
        dns.sendto(struct.pack(">6H", number % 65536, 256, 1, 0, 0, 0) + name + b"\\0\\0\\1\\0\\1", (resolver, 53))
print(sent)
"""


class Flood(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("flood"))
        cls.lab.policy("nft")

    def flood(self, packets, ports, *options):
        with Trace(["--cgroup", self.lab["pod_cgroup"]], *options) as trace:
            done = self.lab.run("kong", "/usr/bin/python3", "-c", FLOOD, str(packets), str(QUESTIONS),
                                self.lab["unlisted4"], self.lab["resolver4"], ports)  # fmt: skip
            self.assertEqual(done.stdout, f"{packets}\n", done.stderr)
        return trace

    def expect_every_packet_accounted_for(self, trace, packets):
        flooded = [drop for drop in trace.drops if drop["ip"]["destination"] == self.lab["unlisted4"]]
        counted = sum(drop["drop"]["count"] for drop in flooded)
        lost = trace.lost("drops_ring_full") + trace.lost("drops_unaccounted") + trace.lost("program_recursion")
        self.assertEqual(counted + lost, packets)
        all_counted = sum(drop["drop"]["count"] for drop in trace.of_type("drop"))
        self.assertEqual(all_counted + trace.lost("drops_ring_full"), trace.totals["drops_seen"])
        skbs = sum(drop["drop"]["skbs"] for drop in trace.of_type("drop"))
        lost_skbs = sum(event["lost"].get("skbs", 0) for event in trace.of_type("lost"))
        self.assertEqual(skbs + lost_skbs, trace.totals["skbs_seen"])

    def expect_every_question_in_the_file(self, trace):
        asked = [name for _, name in trace.queries()]
        self.assertEqual(asked, [f"q{number}.test." for number in range(QUESTIONS)])

    def test_of_one_flow_is_counted_exactly(self):
        trace = self.flood(ONE_FLOW, "one")
        self.expect_every_packet_accounted_for(trace, ONE_FLOW)
        self.expect_every_question_in_the_file(trace)
        self.assertGreater(trace.totals["drops_coalesced"], ONE_FLOW // 2)

    def test_of_many_flows_in_a_small_ring_costs_drops_but_no_dns(self):
        trace = self.flood(MANY_FLOWS, "many", "--ring-size", str(256 * 1024), "--coalesce-ms", "0")
        self.expect_every_packet_accounted_for(trace, MANY_FLOWS)
        self.expect_every_question_in_the_file(trace)


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: flood_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
