#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# What a person sees of a trace of the lab: the query log that CoreDNS would have written, and events as they come.
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

from lab import SKIPPED, Lab, answered, lacking, wait_until_expired
from trace import CNAMEDROP, Trace

RECORDED = pathlib.Path(__file__).resolve().parents[1] / "data/lab"
LOG_LINE = re.compile(
    r'\[INFO\] 10\.244\.1\.2:\d+ - \d+ "(?P<type>\w+) IN (?P<name>\S+)\. udp \d+ false 512" '
    r"(?P<rcode>NOERROR|NXDOMAIN) qr,[a-z,]+ \d+ \d+(\.\d+)?s"
)


def questions_of_a_real_kong(file):
    lines = (RECORDED / file).read_text(encoding="ascii").splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


class Observe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("observe", a_ttl=2))
        cls.lab.policy("nft")
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def observe(self, *arguments, status=0):
        done = subprocess.run([CNAMEDROP, "observe", *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.splitlines()

    def test_coredns_lines_are_those_of_the_founding_case(self):
        file = self.folder / "founding.jsonl"
        with Trace(["--cgroup", self.lab["pod_cgroup"]], file=file):
            wait_until_expired(answered(self.lab.kong("a-first")))
            self.lab.kong("cname-first", "--connect-timeout", "0.3")
        lines = [LOG_LINE.fullmatch(line) for line in self.observe(file, "-o", "coredns")]
        expected = [
            *questions_of_a_real_kong("kong_first_resolution.txt"),
            *questions_of_a_real_kong("kong_later_resolution.txt"),
        ]
        self.assertEqual([(line["type"], line["name"]) for line in lines], expected)
        self.assertEqual({line["rcode"] for line in lines if "cluster.local" in line["name"]}, {"NXDOMAIN"})

    def test_a_drop_is_shown_when_it_comes(self):
        file = self.folder / "followed.jsonl"
        with Trace(["--cgroup", self.lab["pod_cgroup"]], file=file):
            command = [CNAMEDROP, "observe", file, "-f", "--type", "drop", "--to-ip", self.lab["unlisted4"]]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as observe:
                self.lab.kong("connect", self.lab["unlisted4"], "--connect-timeout", "0.3")
                shown = observe.stdout.readline()
                observe.send_signal(signal.SIGTERM)
                self.assertEqual(observe.wait(), 0)
        self.assertIn(f"> {self.lab['unlisted4']}:443 SYN NETFILTER_DROP", shown)
        self.assertIn("not_learned", shown)

    def test_the_last_events_are_the_newest(self):
        file = self.folder / "short.jsonl"
        with Trace(["--cgroup", self.lab["pod_cgroup"]], file=file):
            self.lab.kong("ask", "direct.lab.test", "A")
        question, answer = self.observe(file, "--type", "dns")
        self.assertEqual(self.observe(file, "--type", "dns,stop", "--last", "2")[0], answer)
        self.assertEqual(self.observe(file, "--last", "1", "--until", "2000-01-01T00:00:00Z"), [])
        self.assertIn("A? direct.lab.test", question)

    def test_a_value_that_means_nothing_is_a_usage_error(self):
        for flag in ("--type", "--cause", "--to-fqdn", "--to-ip", "--to-port", "--qtype", "--rcode", "--since"):
            self.observe("-", flag, "?", status=2)


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: observe_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
