#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A pod that only listens, under a policy that denies everything both ways: what the policy counts is what is reported.
import json
import sys
import unittest

from lab import SKIPPED, Lab, lacking
from trace import Trace

# Sends one of everything to an address: a TCP SYN, a datagram, one in fragments, an echo request.
SEND = """
import socket, struct, sys
address = sys.argv[1]
family = socket.AF_INET6 if ":" in address else socket.AF_INET
icmp, echo = (socket.IPPROTO_ICMPV6, 128) if family == socket.AF_INET6 else (socket.IPPROTO_ICMP, 8)
opening = socket.socket(family, socket.SOCK_STREAM)
opening.setblocking(False)
opening.connect_ex((address, 80))
sender = socket.socket(family, socket.SOCK_DGRAM)
sender.sendto(b"x", (address, 9999))
sender.sendto(bytes(4000), (address, 9999))
raw = socket.socket(family, socket.SOCK_RAW, icmp)
packet = struct.pack(">BBHHH", echo, 0, 0, 77, 1)
checksum = ~((echo << 8) + 77 + 1) & 0xFFFF
raw.sendto(packet[:2] + struct.pack(">H", checksum) + packet[4:], (address, 0))
"""
RULES = """
table inet loud {{
  chain forward {{
    type filter hook forward priority 0;
    {conntrack}
    iifname "{pod}" counter drop
    oifname "{pod}" counter drop
  }}
}}
"""


class Loud(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("loud"))
        # Its address translation would track connections, and so reassemble, in every test.
        cls.lab.run("node", "nft", "delete", "table", "inet", "fqdn")

    def setUp(self):
        listener = self.lab.start("kong", "/usr/bin/sleep", "infinity")
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)

    def deny(self, conntrack):
        rules = RULES.format(pod=self.lab["node_pod_interface"], conntrack=conntrack)
        self.assertEqual(self.lab.run("node", "nft", "-f", "-", input=rules).returncode, 0)
        self.addCleanup(self.lab.run, "node", "nft", "delete", "table", "inet", "loud")

    def denied(self):
        """What the policy has counted on the way out and on the way in."""
        listing = json.loads(self.lab.run("node", "nft", "-j", "list", "table", "inet", "loud").stdout)
        rules = [entry["rule"]["expr"] for entry in listing["nftables"] if "rule" in entry]
        return [part["counter"]["packets"] for rule in rules for part in rule if "counter" in part]

    def expect_all_of_it(self, where, address, conntrack="", fragments=3):
        self.deny(conntrack)
        with Trace(["--pod-uid", self.lab["pod_uid"]], "--pod-logs", self.lab["pod_logs"]) as trace:
            done = self.lab.run(where, "/usr/bin/python3", "-c", SEND, self.lab[address])
            self.assertEqual(done.returncode, 0, done.stderr)
            out, back = self.denied()
        self.assertEqual(out + back, 3 + fragments)
        skbs = {"EGRESS": 0, "INGRESS": 0}
        for drop in trace.of_type("drop"):
            skbs[drop["traffic_direction"]] += drop["drop"]["skbs"]
            side = drop["source"] if drop["traffic_direction"] == "EGRESS" else drop["destination"]
            self.assertEqual(side["pod_name"], self.lab["pod_name"])
        self.assertEqual(skbs, {"EGRESS": out, "INGRESS": back})
        self.assertEqual((trace.lost(), trace.totals["drops_ambiguous"]), (0, 0))
        self.assertEqual(trace.totals["skbs_seen"], out + back)
        return trace

    def test_towards_the_pod(self):
        trace = self.expect_all_of_it("world", "pod4")
        self.assertEqual({drop["drop"]["attributed_by"] for drop in trace.of_type("drop")}, {"address"})
        opened_by = {drop["drop"].get("opened_by") for drop in trace.of_type("drop") if "TCP" in drop["l4"]}
        self.assertEqual(opened_by, {"remote"})

    def test_towards_the_pod_over_ipv6(self):
        self.expect_all_of_it("world", "pod6")

    def test_from_the_pod(self):
        self.expect_all_of_it("kong", "unlisted4")

    def test_from_the_pod_over_ipv6(self):
        self.expect_all_of_it("kong", "unlisted6")

    def test_with_connection_tracking_a_datagram_is_one_buffer(self):
        tracked = "ct state established accept"
        for where, address in (("world", "pod4"), ("kong", "unlisted4")):
            with self.subTest(where):
                self.expect_all_of_it(where, address, tracked, fragments=1)
                self.doCleanups()
                self.setUp()

    def test_with_connection_tracking_over_ipv6(self):
        tracked = "ct state established accept"
        for where, address in (("world", "pod6"), ("kong", "unlisted6")):
            with self.subTest(where):
                self.expect_all_of_it(where, address, tracked, fragments=1)
                self.doCleanups()
                self.setUp()


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: loud_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
