#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Policies and lists that were made to hang or to crash their reader, and what is not a file at all. The limits on time
# are those of ctest: a program that hangs is a test that fails. Needs no lab and no privileges.
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

CNAMEDROP = os.environ.get("CNAMEDROP", str(pathlib.Path(__file__).resolve().parents[2] / "build/dev/cnamedrop"))
DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
TRACE = DATA / "traces/kong_a3_cname60.jsonl"
POLICY = DATA / "policies/kong.yaml"
FAILED = 1


def explain(policy, **options):
    """The exit status and the lines on standard error of an explanation under this policy."""
    command = [CNAMEDROP, "explain", TRACE, "--policy", policy]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **options)
    return done.returncode, done.stderr.decode().splitlines()


class HostileContent(unittest.TestCase):
    def assert_refused(self, policy, why):
        status, lines = explain(policy)
        self.assertEqual((status, len(lines)), (FAILED, 1), lines)
        self.assertIn(why, lines[0])

    def test_regular_expressions_that_backtrack_without_end(self):
        for name in ("redos.json", "redos3.json", "evil_names.json", "stars.json"):
            with self.subTest(name):
                self.assertEqual(explain(DATA / "hostile" / name), (0, []))

    def test_regular_expressions_of_go(self):
        self.assertEqual(explain(DATA / "hostile/go_only.json"), (0, []))

    def test_alias_that_is_a_cycle(self):
        self.assert_refused(DATA / "hostile/selfref.yaml", "selfref.yaml:3: an alias to a value that it is itself in")
        self.assert_refused(DATA / "hostile/selfref2.yaml", "selfref2.yaml:5: an alias to a value that it is itself in")

    def test_bomb_of_aliases(self):
        self.assert_refused(DATA / "hostile/bomb.yaml", "more than 4000000 values")

    def test_escape_sequences_do_not_reach_the_terminal(self):
        status, lines = explain(DATA / "hostile/esc.yaml")
        self.assertEqual(status, 0)
        self.assertIn(r"\x1b]0;pwn\x07\x1b[2J", "\n".join(lines))
        self.assertTrue(all(line.isprintable() for line in lines), lines)
        status, lines = explain(DATA / "hostile/esc2.yaml")
        self.assertEqual(status, 0)
        self.assertIn(r"Evil\x1b[2J", "\n".join(lines))
        self.assertTrue(all(line.isprintable() for line in lines), lines)


class NotAFile(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.fifo = self.folder / "fifo"
        os.mkfifo(self.fifo)

    def test_device(self):
        said = ["cnamedrop: error: /dev/zero: is a device, not a policy file"]
        self.assertEqual(explain("/dev/zero"), (FAILED, said))

    def test_socket(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.folder / "s"))
            status, lines = explain(self.folder / "s")
        self.assertEqual((status, len(lines)), (FAILED, 1))
        self.assertIn("is a socket, not a policy file", lines[0])

    def test_file_that_is_too_large(self):
        large = self.folder / "large.yaml"
        with open(large, "wb") as file:
            file.truncate((64 << 20) + 1)
        self.assertEqual(explain(large), (FAILED, [f"cnamedrop: error: {large}: is larger than 64 MiB"]))

    def test_fifo_without_a_writer(self):
        self.assertEqual(explain(self.fifo), (FAILED, [f"cnamedrop: error: {self.fifo}: no data came within 10 s"]))

    def test_output_of_a_command(self):
        with subprocess.Popen(["cat", POLICY], stdout=subprocess.PIPE) as command:
            number = command.stdout.fileno()
            self.assertEqual(explain(f"/dev/fd/{number}", pass_fds=[number]), (0, []))
        with open(POLICY, "rb") as file:
            self.assertEqual(explain("/dev/stdin", stdin=file), (0, []))

    def test_signal_while_a_policy_is_waited_for(self):
        for command in (["explain", TRACE], ["trace", "--pid", str(os.getpid())]):
            with self.subTest(command[0]):
                with subprocess.Popen([CNAMEDROP, *command, "--policy", self.fifo], stderr=subprocess.PIPE) as waiting:
                    writer = os.open(self.fifo, os.O_WRONLY)  # returns once the program has the FIFO open
                    waiting.send_signal(signal.SIGTERM)
                    self.assertEqual(waiting.wait(), -signal.SIGTERM)
                    os.close(writer)


if __name__ == "__main__":
    unittest.main()
