#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# What a drop must not be taken for: another container's that had the port before, somebody else's who is in the pod's
# namespace, another pod's with the same address. And what only the namespace tells.
import sys
import unittest

from lab import SKIPPED, Lab, lacking
from trace import Trace

# Sends a datagram from a port.
SEND_FROM = """
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.bind(("", int(sys.argv[1])))
sender.sendto(b"x", (sys.argv[2], 9999))
"""
# Opens a connection, and says how that ended.
CONNECT = """
import socket, sys
opening = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
opening.settimeout(0.3)
print(opening.connect_ex((sys.argv[1], int(sys.argv[2]))))
"""
OUTPUT_OF_POD = """
table inet steps {{
  chain output {{
    type filter hook output priority 0;
    {rule} counter drop
  }}
}}
"""


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("steps"))

    def setUp(self):
        listener = self.lab.start("kong", "/usr/bin/sleep", "infinity")
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)

    def trace(self, *options, target=None):
        return Trace(target or ["--pod-uid", self.lab["pod_uid"]], "--pod-logs", self.lab["pod_logs"], *options)

    def python(self, where, program, *arguments, lab=None):
        done = (lab or self.lab).run(where, "/usr/bin/python3", "-c", program, *map(str, arguments))
        self.assertEqual(done.returncode, 0, done.stderr)

    def drop_in_pod(self, rule):
        rules = OUTPUT_OF_POD.format(rule=rule)
        self.assertEqual(self.lab.run("kong", "nft", "-f", "-", input=rules).returncode, 0)
        self.addCleanup(self.lab.run, "kong", "nft", "delete", "table", "inet", "steps")

    def deny(self, lab=None):
        (lab or self.lab).policy("nft")
        self.addCleanup((lab or self.lab).policy, "off")

    def start_in_namespace_of_pod(self, *command):
        """In the pod's network namespace, but in a cgroup of the node."""
        namespace = f"--net=/run/netns/{self.lab['kong_netns']}"
        return self.lab.run("node", "/usr/bin/nsenter", namespace, "--", *command)

    def test_a_port_belongs_to_who_sent_from_it_last(self):
        self.deny()
        with self.trace() as trace:
            self.python("kong", SEND_FROM, 6700, self.lab["unlisted4"])
            self.python("sidecar", SEND_FROM, 6700, self.lab["unlisted4"])
        containers = [drop["source"]["container_id"] for drop in trace.drops]
        self.assertEqual(containers, [self.lab["kong_container_id"], self.lab["sidecar_container_id"]])

    def test_a_socket_of_somebody_else_in_the_namespace_is_not_the_pods(self):
        self.drop_in_pod("udp dport 9999")
        with self.trace() as trace:
            done = self.start_in_namespace_of_pod("/usr/bin/python3", "-c", SEND_FROM, "6701", self.lab["unlisted4"])
            self.assertIn("Operation not permitted", done.stderr)
        self.assertEqual(trace.of_type("drop"), [])

    def test_a_socket_of_the_pod_is(self):
        self.drop_in_pod("udp dport 9999")
        with self.trace() as trace:
            self.lab.run("kong", "/usr/bin/python3", "-c", SEND_FROM, "6701", self.lab["unlisted4"])
        self.assertEqual([drop["drop"]["attributed_by"] for drop in trace.drops], ["socket"])

    def expect_by_netns(self, trace):
        sent = [drop for drop in trace.of_type("drop") if drop["traffic_direction"] == "EGRESS"]
        self.assertIn("netns", {drop["drop"]["attributed_by"] for drop in sent})
        self.assertEqual({drop["source"]["pod_name"] for drop in sent}, {self.lab["pod_name"]})

    def test_ping_replies_of_the_kernel_are_the_pods(self):
        self.drop_in_pod("icmp type echo-reply")
        with self.trace() as trace:
            self.lab.run("node", sys.executable, TRAFFIC, "ping", self.lab["pod4"], "--count", "1")
        self.expect_by_netns(trace)

    def test_resets_of_the_kernel_are_the_pods(self):
        self.drop_in_pod("tcp flags & rst == rst")
        with self.trace() as trace:
            self.python("world", CONNECT, self.lab["pod4"], 81)
        self.expect_by_netns(trace)
        received = [drop["drop"] for drop in trace.of_type("drop") if drop["traffic_direction"] == "INGRESS"]
        self.assertEqual({drop["opened_by"] for drop in received}, {"remote"})

    def test_neighbour_discovery_of_the_kernel_is_the_pods(self):
        self.drop_in_pod("icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }")
        self.lab.run("kong", "ip", "-6", "neighbour", "flush", "dev", "eth0")
        with self.trace() as trace:
            self.python("kong", CONNECT, self.lab["world6"], 81)
        self.expect_by_netns(trace)

    def test_the_namespace_names_no_container(self):
        self.drop_in_pod("icmp type echo-reply")
        with self.trace(target=["--container-id", self.lab["kong_container_id"]]) as trace:
            self.lab.run("node", sys.executable, TRAFFIC, "ping", self.lab["pod4"], "--count", "1")
        self.assertEqual(trace.of_type("drop"), [])
        self.assertGreater(trace.totals["drops_unattributed"], 0)

    def test_the_same_address_in_another_cluster_is_another_pods(self):
        second = self.enterContext(Lab("steps2"))
        second_listener = second.start("kong", "/usr/bin/sleep", "infinity")
        self.addCleanup(second_listener.wait)
        self.addCleanup(second_listener.kill)
        self.assertEqual(second["pod4"], self.lab["pod4"])
        self.deny(second)
        with self.trace() as trace:
            self.python("kong", SEND_FROM, 6702, self.lab["world4"])
            self.python("kong", SEND_FROM, 6702, second["unlisted4"], lab=second)
            second.run("node", "nft", "add", "rule", "inet", "fqdn", "forward", "oifname", "pod0", "drop")
            self.python("world", CONNECT, second["pod4"], 80, lab=second)
        self.assertEqual(trace.of_type("drop"), [])
        self.assertEqual(trace.totals["drops_ambiguous"], 0)

    def test_devices_are_named_by_whose_they_are(self):
        self.deny()
        with self.trace() as trace:
            self.python("kong", CONNECT, self.lab["unlisted4"], 443)
        self.assertEqual(trace.drops[0]["drop"]["netns_of"], "other")
        self.assertEqual(trace.drops[0]["drop"]["opened_by"], "pod")

    def test_a_device_of_the_pod_is_named_so(self):
        with self.trace() as trace:
            self.python("world", CONNECT, self.lab["pod4"], 81)
        received = [drop["drop"] for drop in trace.of_type("drop") if drop["traffic_direction"] == "INGRESS"]
        self.assertEqual({(drop["interface"], drop["netns_of"]) for drop in received}, {("eth0", "pod")})


TRAFFIC = __file__.replace("steps_test", "ordinary_traffic")

if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: steps_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
