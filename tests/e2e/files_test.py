#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# The event file and the ends of a trace: rotation, SIGHUP, standard output, limits, targets that are wrong or go away.
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import unittest

from lab import SKIPPED, Lab, lacking
from trace import CNAMEDROP, Trace, read_events


def run(*arguments):
    """The program's exit status, output and errors."""
    done = subprocess.run([CNAMEDROP, *arguments], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


class OnTheLab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("files"))
        cls.target = ["--cgroup", cls.lab["pod_cgroup"]]

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "events.jsonl"

    def ask(self, count=1):
        for _ in range(count):
            self.lab.kong("ask", "direct.lab.test", "A")

    def test_start_names_the_target_and_stop_has_the_totals(self):
        with Trace(self.target) as trace:
            self.ask()
        self.assertEqual([event["type"] for event in trace.events][0], "start")
        self.assertEqual(trace.events[0]["start"]["target"], f"--cgroup {self.lab['pod_cgroup']}")
        self.assertEqual(trace.events[0]["start"]["kernel"], os.uname().release)
        self.assertEqual(trace.events[-1]["stop"]["why"], "signal")
        self.assertEqual(trace.totals["dns_recorded"], 2)

    def test_what_the_kernel_recorded_before_the_signal_is_in_the_file(self):
        with Trace(self.target) as trace:
            self.ask(20)
        self.assertEqual(len(trace.of_type("dns")), 40)

    def test_rotation_by_size_keeps_every_line_and_a_number_of_backups(self):
        options = ["--output-file-max-size", "8k", "--output-file-max-backups", "50"]
        with Trace(self.target, *options, file=self.file) as trace:
            self.ask(20)
        self.assertGreater(len(list(self.folder.glob("events.jsonl.*"))), 2)
        self.assertTrue(all(path.stat().st_size <= 8192 for path in self.folder.iterdir()))
        self.assertEqual(len(trace.of_type("dns")), 40)

    def test_sighup_goes_on_in_a_new_file(self):
        moved = self.folder / "moved"
        with Trace(self.target, file=self.file) as trace:
            self.ask()
            self.file.rename(moved)
            trace.process.send_signal(signal.SIGHUP)
            self.ask()
        names = [event["type"] for event in read_events(moved)] + [event["type"] for event in trace.events]
        self.assertEqual((names.count("start"), names.count("dns"), names.count("stop")), (1, 4, 1))

    def test_a_file_of_somebody_else_is_left_alone(self):
        self.file.write_text("not ours\n")
        status, _, errors = run("trace", *self.target, "--output-file", str(self.file))
        self.assertEqual((status, self.file.read_text()), (1, "not ours\n"))
        self.assertIn(str(self.file), errors)

    def test_max_events_ends_the_trace(self):
        with Trace(self.target, "--max-events", "3") as trace:
            self.ask(4)
            trace.process.wait(60)
        self.assertEqual(len(trace.of_type("dns")), 3)
        self.assertEqual(trace.events[-1]["stop"]["why"], "max_events")
        self.assertEqual(trace.totals["events_over_limit"] + 3, trace.totals["dns_recorded"])

    def test_duration_ends_the_trace(self):
        with Trace(self.target, "--duration", "300ms") as trace:
            trace.process.wait(60)
        self.assertEqual(trace.events[-1]["stop"]["why"], "duration")

    def test_standard_output_has_the_events_and_nothing_else(self):
        status, output, _ = run("trace", *self.target, "--output-file", "-", "--duration", "200ms")
        kinds = [json.loads(line)["type"] for line in output.splitlines()]
        self.assertEqual((status, kinds[0], kinds[-1]), (0, "start", "stop"))

    def test_a_reader_that_goes_away_ends_the_trace(self):
        process = subprocess.Popen([CNAMEDROP, "trace", *self.target, "--output-file", "-"], stdout=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.ask()
        self.assertEqual(process.wait(60), 0)

    def test_without_a_file_findings_go_to_standard_output_and_quiet_gives_none(self):
        _, output, _ = run("trace", *self.target, "--duration", "200ms")
        self.assertIn("start", output.lower())
        self.assertEqual(run("trace", *self.target, "--duration", "200ms", "--quiet")[1], "")


class Targets(unittest.TestCase):
    def test_a_target_that_goes_away_ends_the_trace_cleanly(self):
        with Lab("vanishing") as lab:
            trace = Trace(["--cgroup", lab["other_cgroup"]])
            with trace:
                gone = os.pidfd_open(trace.process.pid)
                os.rmdir(lab["other_cgroup"])
                self.assertTrue(select.select([gone], [], [], 60)[0])
                os.close(gone)
            self.assertEqual((trace.process.returncode, trace.events[-1]["stop"]["why"]), (0, "target_gone"))

    def test_wrong_targets_are_told_apart(self):
        for arguments, expected in (
            (["--cgroup", "/no/such/cgroup"], "no/such/cgroup"),
            (["--cgroup", "/proc"], "cgroup v2"),
            (["--pid", "4194303"], "4194303"),
            (["--pod-uid", "00000000-0000-0000-0000-000000000000"], "00000000-0000-0000-0000-000000000000"),
            (["--container-id", "0" * 64], "0" * 64),
        ):
            status, _, errors = run("trace", *arguments)
            self.assertEqual(status, 1, arguments)
            self.assertIn(expected, errors)

    def test_no_target_two_targets_and_unknown_flags_are_usage_errors(self):
        for arguments in ([], ["--pid", "1", "--cgroup", "/"], ["--pid", "1", "--nonsense"], ["--pid", "x"]):
            self.assertEqual(run("trace", *arguments)[0], 2, arguments)


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: files_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
