#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Ordinary traffic through a traced pod, without a policy: nothing is dropped, and nothing is reported. And what a
# policy drops without a reason is still there.
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from lab import SKIPPED, Lab, lacking
from trace import CNAMEDROP, Trace

POLICY = pathlib.Path(__file__).resolve().parents[1] / "data/policies/kong.yaml"
TRAFFIC = pathlib.Path(__file__).with_name("ordinary_traffic.py")
# 1,000 requests; an emulated machine (scripts/vmtest) has time for 100.
REQUESTS_OF_A_KIND = 10 if os.uname().nodename == "vmtest" else 100
FEW = REQUESTS_OF_A_KIND
# The stack of one end says that the conversation is over. The join knows them as such, whatever the network did.
ENDS_OF_CONVERSATIONS = {
    "SKB_DROP_REASON_TCP_CLOSE",  # a segment for a socket that has been closed
    "SKB_DROP_REASON_TCP_RESET",  # the RST itself, which is read and freed
    "SKB_DROP_REASON_TCP_ABORT_ON_CLOSE",  # closed with data unread
    "SKB_DROP_REASON_TCP_ABORT_ON_DATA",  # data for a socket that nobody reads any more
    "SKB_DROP_REASON_TCP_OLD_DATA",  # a retransmission that crossed its acknowledgement
    "SKB_DROP_REASON_TCP_OLD_ACK",  # likewise
    "SKB_DROP_REASON_NO_SOCKET",  # the last ACK, or a late answer, for a socket that is gone
}


class Quiet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("quiet"))

    @contextlib.contextmanager
    def running(self, where, *arguments):
        command = ["/usr/bin/python3", TRAFFIC, *map(str, arguments)]
        process = self.lab.start(where, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.assertEqual(process.stdout.readline(), "ready\n")
            yield
        finally:
            process.stdin.close()
            process.wait(timeout=60)
            process.stdout.close()

    def act(self, where, *arguments):
        done = self.lab.run(where, "/usr/bin/python3", TRAFFIC, *map(str, arguments), "--count", str(FEW))
        self.assertEqual(done.returncode, 0, done.stderr)

    def trace(self, *options):
        file = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "events.jsonl"
        return Trace(["--pod-uid", self.lab["pod_uid"]], "--pod-logs", self.lab["pod_logs"], *options, file=file)

    def expect_nothing_but_ends(self, trace):
        unexpected = [
            (drop["traffic_direction"], drop["drop"].get("reason"), drop["drop"]["symbol"], drop["l4"], drop["ip"])
            for drop in trace.of_type("drop")
            if drop["drop"].get("reason") not in ENDS_OF_CONVERSATIONS
        ]
        self.assertEqual(unexpected, [])
        self.assertEqual(trace.lost(), 0)
        self.expect_no_finding(trace)

    def expect_no_finding(self, trace):
        """Neither by a policy for the pod nor by a name that nothing here has."""
        for judged_by in (["--policy", str(POLICY)], ["--allow-name", "login.microsoftonline.com"]):
            command = [CNAMEDROP, "explain", str(trace.path), *judged_by, "-o", "json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads(done.stdout)
            self.assertEqual([finding["kind"] for finding in report["findings"] + report["dns_findings"]], [])

    def traced(self, *acts):
        """A trace of these acts, each of them (where, arguments...), with servers in the pod and in the world."""
        world, pod = self.lab["world4"], self.lab["pod4"]
        with self.running("world", "http_server", world, "--port", 8080), self.running(
            "kong", "http_server", pod, "127.0.0.1", "--port", 8080
        ), self.trace() as trace:
            for act in acts:
                self.act(*act)
        self.expect_nothing_but_ends(trace)
        return trace

    def test_requests_of_the_pod(self):
        trace = self.traced(("kong", "curls", self.lab["world4"], "--port", 8080))
        self.assertGreater(trace.totals["drops_purged"], 0)

    def test_requests_to_the_pod(self):
        self.traced(("world", "curls", self.lab["pod4"], "--port", 8080))

    def test_loopback(self):
        trace = self.traced(("kong", "curls", "127.0.0.1", "--port", 8080))
        self.assertGreater(trace.totals["drops_purged"], 0)

    def test_idle_connections_that_the_server_closes(self):
        self.traced(
            ("kong", "idle", self.lab["world4"], "--port", 8080), ("world", "idle", self.lab["pod4"], "--port", 8080)
        )

    def test_probes(self):
        self.traced(("node", "probe", self.lab["pod4"], "--port", 8080))

    def test_two_resolvers_at_once(self):
        trace = self.traced(("kong", "resolve", self.lab["resolver4"], self.lab["world4"]))
        self.assertEqual(len(trace.queries()), 2 * FEW)

    def test_ping(self):
        self.traced(("kong", "ping", self.lab["world4"]), ("world", "ping", self.lab["pod4"]))

    def test_slow_packet_captures(self):
        with self.running("kong", "tap", "eth0"), self.running("node", "tap", self.lab["node_pod_interface"]):
            trace = self.traced(("kong", "resolve", self.lab["resolver4"]), ("kong", "ping", self.lab["world4"]))
        self.assertGreater(trace.totals["drops_purged"], 0)

    def test_what_a_policy_drops_without_a_reason_is_still_there(self):
        self.lab.policy("tc")
        self.addCleanup(self.lab.policy, "off")
        with self.trace("--disable-feature", "drop_reason") as trace:
            self.lab.kong("connect", self.lab["unlisted4"], "--connect-timeout", "0.3")
        self.assertNotIn("reason", trace.drops[0]["drop"])
        self.assertEqual(trace.drops[0]["ip"]["destination"], self.lab["unlisted4"])


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: quiet_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
