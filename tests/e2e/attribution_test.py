#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Whose packet is it: each of the five steps, the second pod that must not appear, and two containers that are one pod.
import sys
import unittest

from lab import SKIPPED, Lab, lacking, outcomes
from trace import Trace

QUICK = ("--connect-timeout", "0.3")
# Sends one datagram to itself more often than its receive buffer has room for, and reads none.
OVERFLOW = """
import socket
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
receiver.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(50):
    sender.sendto(bytes(1000), receiver.getsockname())
"""


# One buffer of 40 datagrams: UDP_SEGMENT of include/uapi/linux/udp.h.
SEGMENTED = """
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.SOL_UDP, 103, 1000)
sender.sendto(bytes(40000), (sys.argv[1], 7777))
"""


class Attribution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("attribution"))

    def trace(self, *options):
        return Trace(["--pod-uid", self.lab["pod_uid"]], "--pod-logs", self.lab["pod_logs"], *options)

    def expect_attributed_by(self, step, policy, interface, address, *options):
        self.lab.policy(policy)
        with self.trace(*options) as trace:
            self.assertEqual(outcomes(self.lab.kong("connect", address, *QUICK)), ["timeout"])
        self.assertEqual([drop["drop"]["attributed_by"] for drop in trace.drops], [step])
        drop = trace.drops[0]
        self.assertEqual(drop["ip"]["destination"], address)
        self.assertEqual(drop["ip"]["source"], self.lab["pod6" if ":" in address else "pod4"])
        self.assertEqual(drop["l4"]["TCP"]["destination_port"], 443)
        self.assertEqual(drop["drop"]["interface"], interface)
        self.assertEqual(drop["source"]["container_id"], self.lab["kong_container_id"])
        return drop

    def test_by_socket(self):
        self.expect_attributed_by("socket", "tc", self.lab["node_pod_interface"], self.lab["unlisted4"])

    def test_by_local_endpoint_where_the_socket_is_gone(self):
        self.expect_attributed_by("local_endpoint", "nft", self.lab["node_pod_interface"], self.lab["unlisted4"])

    def test_by_local_endpoint_over_ipv6(self):
        self.expect_attributed_by("local_endpoint", "nft", self.lab["node_pod_interface"], self.lab["unlisted6"])

    def test_by_conntrack_behind_source_nat(self):
        self.expect_attributed_by("conntrack", "snat-egress-drop", self.lab["node_uplink"], self.lab["unlisted4"])

    def test_by_inner_headers_of_an_encapsulated_packet(self):
        drop = self.expect_attributed_by("inner_headers", "vxlan", "vxlan0", self.lab["unlisted4"])
        self.assertEqual(drop["l4"]["TCP"]["flags"], {"SYN": True})

    def test_by_receiving_socket(self):
        self.lab.policy("off")
        with self.trace() as trace:
            self.lab.run("kong", "/usr/bin/python3", "-c", OVERFLOW)
        features = trace.of_type("start")[0]["start"]["features"]
        if not features["rx_socket"]:
            self.skipTest("this kernel does not tell the receiving socket")
        incoming = [drop for drop in trace.of_type("drop") if drop["drop"]["attributed_by"] == "rx_socket"]
        self.assertEqual({drop["drop"]["reason"] for drop in incoming}, {"SKB_DROP_REASON_SOCKET_RCVBUFF"})
        self.assertEqual({drop["traffic_direction"] for drop in incoming}, {"INGRESS"})

    def test_packets_are_counted_as_the_wire_would_see_them(self):
        self.lab.policy("nft")
        with self.trace() as trace:
            self.lab.run("kong", "/usr/bin/python3", "-c", SEGMENTED, self.lab["unlisted4"])
        drop = trace.drops[0]["drop"]
        self.assertEqual((drop["count"], drop["skbs"]), (40, 1))
        self.assertEqual(drop["length"], 20 + 8 + 40000)
        self.assertEqual((trace.totals["drops_seen"], trace.totals["skbs_seen"]), (40, 1))

    def test_without_the_reason_the_place_still_tells(self):
        self.lab.policy("nft")
        with self.trace("--disable-feature", "drop_reason") as trace:
            self.lab.kong("connect", self.lab["unlisted4"], *QUICK)
        self.assertNotIn("reason", trace.drops[0]["drop"])
        self.assertRegex(trace.drops[0]["drop"]["symbol"], r"^n[ft]")
        self.assertFalse(trace.of_type("start")[0]["start"]["features"]["drop_reason"])

    def test_without_conntrack_a_packet_behind_source_nat_is_nobodys(self):
        self.lab.policy("snat-egress-drop")
        with self.trace("--disable-feature", "conntrack") as trace:
            self.lab.kong("connect", self.lab["unlisted4"], *QUICK)
        self.assertEqual(trace.drops, [])


class Pods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("pods", a_ttl=60))
        cls.lab.policy("nft")

    def test_the_drops_and_the_dns_of_a_second_pod_never_appear(self):
        with Trace(["--cgroup", self.lab["pod_cgroup"]]) as trace:
            self.lab.kong("ask", "denied.lab.test", "A", "--connect", *QUICK, where="other")
            self.lab.kong("ask", "direct.lab.test", "A")
        self.assertEqual(trace.drops, [])
        self.assertEqual(trace.queries(), [("A", "direct.lab.test.")])

    def test_containers_of_a_pod_share_what_they_learned(self):
        with Trace(["--cgroup", self.lab["pod_cgroup"]]) as trace:
            self.lab.kong("ask", "denied.lab.test", "A", where="sidecar")
            self.lab.kong("connect", self.lab["denied4"], *QUICK, where="kong")
        self.assertEqual(trace.causes(), ["learned"])
        self.assertEqual(trace.drops[0]["source"]["container_id"], self.lab["kong_container_id"])
        answer = trace.of_type("dns")[-1]
        self.assertEqual(answer["destination"]["container_id"], self.lab["sidecar_container_id"])

    def test_a_container_alone_can_be_the_target(self):
        with Trace(["--container-id", self.lab["sidecar_container_id"][:12]]) as trace:
            self.lab.kong("ask", "direct.lab.test", "A", where="kong")
            self.lab.kong("ask", "target.lab.test", "A", where="sidecar")
        self.assertEqual(trace.queries(), [("A", "target.lab.test.")])

    def test_an_address_that_another_pod_learned_is_told(self):
        with Trace(["--cgroup", self.lab["lab_cgroup"] + "/kubepods.slice"]) as trace:
            self.lab.kong("ask", "denied.lab.test", "AAAA", where="other")
            self.lab.kong("connect", self.lab["denied6"], *QUICK, where="kong")
        dropped = [drop for drop in trace.drops if drop["source"].get("pod_uid") == self.lab["pod_uid"]]
        self.assertEqual(dropped[0]["cause"]["kind"], "not_learned")
        self.assertEqual(dropped[0]["cause"]["learned_by_pods"], [self.lab["other_pod_uid"]])


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: attribution_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
