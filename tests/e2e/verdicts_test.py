#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Recorded traces with the verdict that is right: small cases of one question each, and real DNS clients. Runs without
# privileges. tests/data/verdicts/*/expected.json says what is right, and why.
import json
import os
import pathlib
import subprocess
import unittest

DATA = pathlib.Path(__file__).resolve().parents[1] / "data/verdicts"
QUIET = {"closing", "host", "inbound"}  # may always be there: no name is blamed


def explain(trace, arguments, folder):
    done = subprocess.run([os.environ["CNAMEDROP"], "explain", trace, *arguments, "-o", "json"], cwd=folder,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"explain ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def loud(report):
    return [finding for finding in report["findings"] if finding["kind"] not in QUIET]


def expected(folder):
    return json.loads((DATA / folder / "expected.json").read_text(encoding="utf-8")).items()


class Cases(unittest.TestCase):
    def test_each_case(self):
        for name, want in expected("cases"):
            with self.subTest(name, why=want["why"]):
                self.check(loud(explain(want["events"], want["args"], DATA / "cases")), want)

    def check(self, findings, want):
        kinds = {finding["kind"] for finding in findings}
        wanted = set(want["kind"])
        self.assertLessEqual(kinds, wanted)
        self.assertEqual(bool(kinds), bool(wanted))
        self.assertFalse(kinds & set(want.get("not_kind", [])))
        if "packets" in want:
            self.assertEqual(sum(finding["packets"] for finding in findings), want["packets"])
        for finding in findings:
            if "origin" in want:
                self.assertEqual(finding["evidence"]["chases"][0]["origin"], want["origin"])
            if "doubt" in want:
                self.assertEqual(finding["evidence"]["confidence"], "partial" if want["doubt"] else "full")


class Clients(unittest.TestCase):
    def test_each_client(self):
        for name, want in expected("clients"):
            report = explain(f"{name}.jsonl", ["--allow-name", "pay.shop.test"], DATA / "clients")
            with self.subTest(name, why=want["why"]):
                if want.get("none"):
                    self.check_healthy(report, want)
                elif "dns" in want:
                    self.check_look_ups(report, want)
                else:
                    self.check_drops(report, want)

    def check_healthy(self, report, want):
        self.assertEqual([finding["kind"] for finding in loud(report)], [])
        kinds = {finding["kind"] for finding in report["dns_findings"]}
        self.assertLessEqual(kinds, set(want.get("dns_ok", [])))

    def check_look_ups(self, report, want):
        of_kind = [finding for finding in report["dns_findings"] if finding["kind"] in want["kind"]]
        self.assertEqual(len(of_kind), want["dns"])
        self.assertLessEqual({finding["kind"] for finding in loud(report)}, set(want.get("also", [])))

    def check_drops(self, report, want):
        findings = loud(report)
        hits = [finding for finding in findings if finding["kind"] in want["kind"]]
        self.assertTrue(hits, [finding["kind"] for finding in findings])
        self.assertLessEqual({finding["kind"] for finding in findings}, set(want["kind"]) | set(want.get("also", [])))
        for finding in hits:
            if "how" in want:
                self.assertTrue({chase["how"] for chase in finding["evidence"]["chases"]} & set(want["how"]))
            if "client" in want:
                self.assertIn(finding["client"]["kind"], want["client"])
            self.assertNotIn(finding["client"]["kind"], want.get("not_client", []))
            offered = {cure["kind"] for cure in finding["cures"] if cure["verdict"] != "fails"}
            self.assertFalse(offered & set(want.get("not_offered", [])))


if __name__ == "__main__":
    unittest.main()
