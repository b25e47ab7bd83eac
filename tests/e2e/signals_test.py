#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Signals reach every command at any time: while nobody reads what it writes, and while nobody writes what it reads.
# Nothing here waits with a limit: what hangs is ended by ctest.
import fcntl
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import termios
import unittest

from lab import SKIPPED
from trace import CNAMEDROP, read_events

TRACES = pathlib.Path(__file__).resolve().parents[1] / "data/traces"
PIPE_BYTES = 4096


def cgroup_root():
    """Where cgroup v2 is mounted, or None."""
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text(encoding="ascii").splitlines()]
    return next((pathlib.Path(mount[1]) for mount in mounts if mount[2] == "cgroup2"), None)


def lacking():
    """Why nothing can be traced here, or None."""
    if os.geteuid() != 0:
        return "a trace needs root"
    return None if cgroup_root() else "no cgroup v2 is mounted"


class FullPipe:
    """A pipe that takes nothing more until it is read."""

    def __init__(self):
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.write(writing, b" " * (PIPE_BYTES - 1) + b"\n")
        self.reader = open(reading, "rb")
        self.writer = open(writing, "wb")

    def read(self):
        """All that its writers write, without what filled it."""
        self.writer.close()
        return self.reader.read()[PIPE_BYTES:].decode()

    def close(self):
        self.reader.close()
        self.writer.close()


class Signals(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.fifo = self.folder / "fifo"
        os.mkfifo(self.fifo)

    def full_pipe(self):
        pipe = FullPipe()
        self.addCleanup(pipe.close)
        return pipe

    def start(self, *arguments, **options):
        process = subprocess.Popen([CNAMEDROP, *arguments], **{"stderr": subprocess.PIPE, **options})
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def end(self, process, by=signal.SIGTERM):
        """The exit status and what was said."""
        process.send_signal(by)
        errors = process.stderr.read().decode() if process.stderr else ""
        return process.wait(), errors


class OfATrace(Signals):
    def setUp(self):
        super().setUp()
        self.cgroup = cgroup_root() / f"cnamedrop-signals-{os.getpid()}"
        self.cgroup.mkdir()
        self.addCleanup(self.cgroup.rmdir)

    def start_trace(self, *options, **streams):
        return self.start("trace", "--cgroup", self.cgroup, *options, **streams)

    def start_attached(self, *options, **streams):
        """Returns once everything is attached: the reader of the FIFO is there before the trace."""
        ready = os.open(self.fifo, os.O_RDONLY | os.O_NONBLOCK)
        process = self.start_trace("--ready-file", self.fifo, *options, **streams)
        select.select([ready], [], [])
        self.assertEqual(os.read(ready, 64).decode(), f"{process.pid}\n")
        os.close(ready)
        return process

    def test_a_reader_of_events_that_stalls_holds_up_neither_the_start_nor_the_end(self):
        pipe = self.full_pipe()
        for by in (signal.SIGTERM, signal.SIGINT):
            status, errors = self.end(self.start_attached("--output-file", "-", stdout=pipe.writer), by)
            self.assertEqual(status, 1)
            self.assertRegex(errors, r"(?m)^cnamedrop: error: \d events were not written$")

    def test_a_reader_of_findings_that_stalls_is_no_different(self):
        status, errors = self.end(self.start_attached(stdout=self.full_pipe().writer))
        self.assertEqual(status, 1)
        self.assertIn("events were not written", errors)

    def test_a_terminal_that_is_stopped_is_no_different(self):
        controller, terminal = os.openpty()
        self.addCleanup(os.close, controller)
        self.addCleanup(os.close, terminal)
        termios.tcflow(terminal, termios.TCOOFF)
        status, errors = self.end(self.start_attached("--output-file", "-", stdout=terminal))
        self.assertEqual(status, 1)
        self.assertIn("events were not written", errors)

    def test_a_reader_of_findings_that_is_gone_ends_the_trace_in_order(self):
        reading, writing = os.pipe()
        os.close(reading)
        process = self.start_trace(stdout=writing)
        os.close(writing)
        self.assertEqual((process.stderr.read(), process.wait()), (b"", 0))

    def test_nor_is_a_reader_of_errors(self):
        pipe = self.full_pipe()
        process = self.start_attached("--output-file", "-", stdout=pipe.writer, stderr=pipe.writer)
        self.assertEqual(self.end(process)[0], 1)

    def test_a_reader_that_reads_again_after_the_signal_gets_everything(self):
        pipe = self.full_pipe()
        process = self.start_attached("--output-file", "-", stdout=pipe.writer)
        process.send_signal(signal.SIGTERM)
        kinds = [json.loads(line)["type"] for line in pipe.read().splitlines()]
        self.assertEqual((process.wait(), kinds[0], kinds[-1]), (0, "start", "stop"))

    def test_the_flags_of_standard_output_stay_as_they_are(self):
        pipe = self.full_pipe()
        process = self.start_attached("--output-file", "-", stdout=pipe.writer)
        self.assertTrue(os.get_blocking(pipe.writer.fileno()))
        self.end(process)

    def test_a_ready_file_that_nobody_reads_holds_up_nothing(self):
        process = self.start_trace("--ready-file", self.fifo, "--output-file", "-", stdout=subprocess.PIPE)
        start = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        lines = [start, *process.stdout.readlines()]
        self.assertEqual((process.wait(), json.loads(lines[-1])["type"]), (0, "stop"))

    def test_the_reader_of_a_ready_file_may_come_after_the_start(self):
        file = self.folder / "events.jsonl"
        process = self.start_trace("--ready-file", self.fifo, "--output-file", file, stdout=subprocess.DEVNULL)
        self.assertEqual(self.fifo.read_text(), f"{process.pid}\n")
        self.assertEqual(self.end(process)[0], 0)
        self.assertEqual(read_events(file)[-1]["stop"]["why"], "signal")
        self.assertTrue(self.fifo.is_fifo(), "it stays")


class OfReaders(Signals):
    """Commands that read an event file. With -f a signal is how they end; without, it ends them as any program."""

    def start_on_fifo(self, *arguments):
        """Returns once the command reads the FIFO, to which nothing is written."""
        process = self.start(*arguments, self.fifo, stdout=subprocess.DEVNULL)
        writer = open(self.fifo, "wb")
        self.addCleanup(writer.close)
        return process

    def test_observe_that_follows_ends_while_nobody_reads_what_it_prints(self):
        file = self.folder / "events.jsonl"
        line = next(TRACES.glob("*.jsonl")).read_text().splitlines()[0]
        file.write_text(f"{line}\n" * 5000)
        for by in (signal.SIGTERM, signal.SIGINT):
            process = self.start("observe", "-f", file, stdout=subprocess.PIPE)
            self.assertTrue(process.stdout.readline())
            self.assertEqual(self.end(process, by), (0, ""))

    def test_observe_that_follows_ends_while_nothing_comes(self):
        self.assertEqual(self.end(self.start_on_fifo("observe", "-f")), (0, ""))

    def test_observe_that_follows_ends_well_where_no_line_is_an_event(self):
        def block():
            # Then the signal is seen where the command waits for more, and all was read.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])

        file = self.folder / "events.jsonl"
        file.write_text("no event\n")
        status, errors = self.end(self.start("observe", "-f", file, preexec_fn=block))
        self.assertEqual(status, 0)
        self.assertIn("1 of 1 lines skipped", errors)
        stalled = self.start("observe", "-f", file, stderr=self.full_pipe().writer, preexec_fn=block)
        self.assertEqual(self.end(stalled)[0], 0)

    def test_the_others_end_while_nobody_reads_what_they_print(self):
        file = next(TRACES.glob("*.jsonl"))
        for command in ("observe", "explain"):
            with self.subTest(command):
                reading, writing = os.pipe()
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
                process = self.start(command, "-o", "json", file, stdout=writing)
                os.close(writing)
                with open(reading, "rb") as reader:
                    select.select([reader], [], [])
                    self.assertEqual(self.end(process), (-signal.SIGTERM, ""))
                    self.assertEqual(len(reader.read()), PIPE_BYTES, "there was more to print")

    def test_the_others_end_while_nothing_comes(self):
        for arguments in (["observe"], ["explain"], ["fqdn", "names"], ["fqdn", "cache"]):
            with self.subTest(arguments):
                self.assertEqual(self.end(self.start_on_fifo(*arguments)), (-signal.SIGTERM, ""))


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: signals_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
