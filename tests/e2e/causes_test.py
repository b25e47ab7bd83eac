#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# The causes that need selectors, from one trace of the lab: the packets stay, the policy that judges them changes. The
# other causes are in chase_test.py.
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from lab import SKIPPED, Lab, lacking
from trace import CNAMEDROP, Trace

PORT_80_ONLY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
spec:
  egress:
    - toFQDNs: [{matchName: direct.lab.test}]
      toPorts: [{ports: [{port: "80", protocol: TCP}]}]
"""


class Causes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.lab = cls.enterClassContext(Lab("causes", a_ttl=60))
        cls.lab.policy("nft")
        cls.file = cls.folder / "events.jsonl"
        with Trace(["--cgroup", cls.lab["pod_cgroup"]], file=cls.file):
            for record_type in ("A", "AAAA"):
                cls.lab.kong("ask", "direct.lab.test", record_type)
            for name in ("alias.lab.test", "autopath.lab.test.kong.svc.cluster.local", "denied.lab.test"):
                cls.lab.kong("ask", name, "A")
            cls.lab.flush()  # now everything is dropped
            for host in ("direct4", "target4", "autopath4", "denied4"):
                cls.lab.kong("connect", cls.lab[host], "--connect-timeout", "0.3")

    def cause_of_drop_to(self, host, *policy):
        """The kind and the cited selector of the finding for that address."""
        done = subprocess.run(
            [CNAMEDROP, "explain", self.file, "-o", "json", *policy], capture_output=True, text=True, check=True
        )
        for finding in json.loads(done.stdout)["findings"]:
            if finding["remotes"][0]["ip"] == self.lab[host]:
                return finding["kind"], finding["evidence"].get("selector", {}).get("text")
        raise AssertionError(f"no finding for {host}: {done.stdout}")

    def test_learned_without_a_policy(self):
        self.assertEqual(self.cause_of_drop_to("denied4"), ("learned", None))

    def test_allowed_by_name(self):
        cause = self.cause_of_drop_to("direct4", "--allow-name", "direct.lab.test", "--race-window", "0")
        self.assertEqual(cause, ("allowed_by_name", "matchName: direct.lab.test"))

    def test_too_fresh(self):
        cause = self.cause_of_drop_to("direct4", "--allow-name", "direct.lab.test", "--race-window", "1h")
        self.assertEqual(cause, ("too_fresh", "matchName: direct.lab.test"))

    def test_over_limit(self):
        limit = ("--race-window", "0", "--max-ips-per-name", "1")
        cause = self.cause_of_drop_to("direct4", "--allow-name", "direct.lab.test", *limit)
        self.assertEqual(cause, ("over_limit", "matchName: direct.lab.test"))

    def test_port_mismatch(self):
        policy = self.folder / "port_80.yaml"
        policy.write_text(PORT_80_ONLY)
        cause = self.cause_of_drop_to("direct4", "--policy", policy)
        self.assertEqual(cause, ("port_mismatch", "matchName: direct.lab.test"))

    def test_search_suffix(self):
        cause = self.cause_of_drop_to("autopath4", "--allow-name", "autopath.lab.test")
        self.assertEqual(cause, ("search_suffix", "matchName: autopath.lab.test"))

    def test_selects_target(self):
        cause = self.cause_of_drop_to("target4", "--allow-name", "target.lab.test")
        self.assertEqual(cause, ("selects_target", "matchName: target.lab.test"))

    def test_near_miss(self):
        cause = self.cause_of_drop_to("denied4", "--allow-pattern", "*.denied.lab.test")
        self.assertEqual(cause, ("near_miss", "matchPattern: *.denied.lab.test"))

    def test_name_mismatch(self):
        self.assertEqual(self.cause_of_drop_to("denied4", "--allow-name", "other.lab.test")[0], "name_mismatch")


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: causes_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
