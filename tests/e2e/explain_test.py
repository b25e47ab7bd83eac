#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# From a trace of the lab to the answer, by the commands that a person would type: the policy that is cited, the patch
# that is proposed and what it changes, and what another order of questions would have done.
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from lab import SKIPPED, Lab, answered, lacking, wait_until_expired
from trace import CNAMEDROP, Trace

POLICY = pathlib.Path(__file__).resolve().parents[1] / "data/policies/kong.yaml"
ORIGIN = "login.microsoftonline.com."
CREDITED = "www.tm.ak.prd.aadg.trafficmanager.net."
EXIT_FOUND = 3
PATIENT = ("--connect-timeout", "1.5")  # for a second SYN: only that one is surely not the race with the policy


def run(*arguments, status=0):
    done = subprocess.run([CNAMEDROP, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class FoundingCase(unittest.TestCase):
    """A connection that works, and one after the TTL that does not: recorded once with address records that outlive
    the aliases, and once with ones that do not."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.long_address = cls.record("long", a_ttl=3, cname_ttl=3)
        cls.short_address = cls.record("short", a_ttl=3, cname_ttl=60)

    @classmethod
    def record(cls, name, a_ttl, cname_ttl):
        file = cls.folder / f"{name}.jsonl"
        with Lab(name, a_ttl, cname_ttl) as lab:
            lab.policy("nft")
            with Trace(["--pod-uid", lab["pod_uid"]], "--pod-logs", lab["pod_logs"], file=file):
                wait_until_expired(answered(lab.kong("a-first", *PATIENT)))
                lab.kong("cname-first", *PATIENT)
        return file

    def findings(self, file, *options):
        """Those of connections that could not be opened. What ends one is dropped too, now and then, by the stack."""
        report = json.loads(run("explain", file, "-o", "json", *options))
        return [finding for finding in report["findings"] if finding["connections"] != 0]

    def finding(self, *options):
        """The only one."""
        findings = self.findings(*options)
        self.assertEqual(len(findings), 1)
        return findings[0]

    def test_without_a_policy_it_says_what_was_learned_and_how(self):
        finding = self.finding(self.short_address)
        self.assertEqual((finding["kind"], finding["names"]), ("cname_only", [ORIGIN]))
        self.assertEqual(finding["credited_names"], [CREDITED])
        self.assertEqual(finding["evidence"]["chases"][0]["how"], "asked")
        self.assertNotIn("selector", finding["evidence"])

    def test_with_the_policy_it_cites_the_selector_that_would_have_matched(self):
        selector = self.finding(self.short_address, "--policy", POLICY)["evidence"]["selector"]
        self.assertEqual(selector["text"], "matchName: Login.MicrosoftOnline.com")
        line = POLICY.read_text().splitlines().index("        - matchName: Login.MicrosoftOnline.com") + 1
        self.assertEqual((selector["source"], selector["matched"]), (f"{POLICY}:{line}", ORIGIN))

    def test_with_its_own_patch_the_drop_is_allowed_by_name(self):
        cures = self.finding(self.short_address, "--policy", POLICY)["cures"]
        patch = next(cure["patch"] for cure in cures if cure["kind"] == "select_names")
        patched = self.folder / "patched.yaml"
        patched.write_text(f"{POLICY.read_text()}---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n{patch}")
        self.assertEqual(self.finding(self.short_address, "--policy", patched)["kind"], "allowed_by_name")

    def test_asking_for_addresses_first_spares_the_drop_where_they_outlive_the_aliases(self):
        self.assertEqual(self.findings(self.long_address, "--assume-order", "A,CNAME"), [])

    def test_asking_for_addresses_first_ends_in_the_cache_where_the_aliases_outlive_them(self):
        finding = self.finding(self.short_address, "--assume-order", "A,CNAME")
        self.assertEqual((finding["kind"], finding["evidence"]["chases"][0]["how"]), ("cname_only", "cached"))

    def test_a_script_learns_from_the_exit_status(self):
        run("explain", self.short_address, "--exit-code", status=EXIT_FOUND)
        run("explain", self.long_address, "--exit-code", "--assume-order", "A,CNAME")


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: explain_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
