# SPDX-License-Identifier: Apache-2.0
"""Runs `cnamedrop trace` for a test: waits until it is attached, ends it, and gives the events of its file, each of
them held against the schema that the program prints."""

import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile

import jsonschema

CNAMEDROP = os.environ.get("CNAMEDROP", str(pathlib.Path(__file__).resolve().parents[2] / "build/dev/cnamedrop"))
READY_SECONDS = 60  # an emulated machine is slow
VALIDATED_LINES = 2000  # of a file: the validator takes a second for so many


class Trace:
    """A trace, attached for as long as the `with` block lasts; then `events` holds what it wrote.
    `target` and `options` are arguments of the program."""

    def __init__(self, target, *options, file=None):
        self._folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(file or pathlib.Path(self._folder.name) / "events.jsonl")
        self._command = [CNAMEDROP, "trace", *target, "--output-file", str(self.path), *options]
        self.events = []

    def __enter__(self):
        # A FIFO as ready file tells at once, and a poll sees too if the program ended instead.
        ready = os.path.join(self._folder.name, "ready")
        os.mkfifo(ready)
        waiting = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
        self.process = subprocess.Popen(
            [*self._command, "--ready-file", ready], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        ended = os.pidfd_open(self.process.pid)
        poll = select.poll()
        poll.register(waiting, select.POLLIN)
        poll.register(ended, select.POLLIN)
        woken = poll.poll(READY_SECONDS * 1000)
        os.close(waiting)
        os.close(ended)
        if self.process.poll() is not None or not woken:
            self.process.kill()
            raise RuntimeError(f"the trace did not start: {self.process.communicate()[1]}")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.output, self.errors = self.process.communicate(timeout=READY_SECONDS)
        self.events = read_events(self.path)
        self._folder.cleanup()

    def of_type(self, kind):
        return [event for event in self.events if event["type"] == kind]

    @property
    def drops(self):
        """Of packets that the pod sent to open something. What ends a connection is dropped too, now and then, by the
        stack of one end (a late FIN, an old ACK), and no test's business."""
        return [drop for drop in self.of_type("drop") if drop["traffic_direction"] == "EGRESS" and opens(drop["l4"])]

    @property
    def totals(self):
        return self.of_type("stop")[-1]["stop"]["totals"]

    def causes(self):
        """Of each drop, in order."""
        return [drop["cause"]["kind"] for drop in self.drops]

    def lost(self, what=None):
        """How many records were lost: of one kind, or of all."""
        return sum(event["lost"]["count"] for event in self.of_type("lost") if what in (None, event["lost"]["what"]))

    def queries(self, kind="REQUEST"):
        """(type, name) of each question or of each answer."""
        messages = [event["l7"] for event in self.of_type("dns")]
        return [(m["dns"]["qtypes"][0], m["dns"]["query"]) for m in messages if m["type"] == kind]


def opens(l4):
    """Whether these are the transport headers of a TCP SYN, or not of TCP at all."""
    return "TCP" not in l4 or l4["TCP"].get("flags") == {"SYN": True}


def read_events(path):
    """All events of a file and of its backups, oldest first; raises if one of the first lines breaks the schema."""
    schema = json.loads(subprocess.run([CNAMEDROP, "schema"], capture_output=True, check=True, text=True).stdout)
    validator = jsonschema.Draft7Validator(schema)
    path = pathlib.Path(path)
    backups = sorted(path.parent.glob(path.name + ".*"), key=lambda backup: -int(backup.suffix[1:]))
    events = []
    for file in [*backups, path]:
        for line in file.read_text().splitlines():
            event = json.loads(line)
            if len(events) < VALIDATED_LINES:
                validator.validate(event)
            events.append(event)
    return events
