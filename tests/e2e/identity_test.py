#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Who a container is: one that is gone before its drop is read, one that is dead, one whose name comes late.
import contextlib
import os
import pathlib
import select
import subprocess
import sys
import unittest

from lab import SKIPPED, Lab, lacking
from trace import Trace, read_events

WAIT_SECONDS = 60  # an emulated machine is slow
SEND_TO = """
import socket, sys
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (sys.argv[1], int(sys.argv[2])))
"""
SEND_FROM = """
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.bind(("", int(sys.argv[1])))
sender.sendto(b"x", (sys.argv[2], 9999))
"""


class Identity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("identity"))
        cls.lab.policy("nft")
        cls.lab.run("node", "nft", "add", "rule", "inet", "fqdn", "forward", "oifname", "pod0", "udp", "dport",
                    "6000-6999", "drop")  # fmt: skip

    def trace(self, *options):
        return Trace(["--pod-uid", self.lab["pod_uid"]], "--pod-logs", self.lab["pod_logs"], *options)

    @contextlib.contextmanager
    def container(self, identifier):
        """A cgroup as a runtime makes it for a container of the pod; gone behind the block, and all in it."""
        path = pathlib.Path(self.lab["pod_cgroup"]) / f"cri-containerd-{identifier}.scope"
        path.mkdir()
        try:
            yield path
        finally:
            path.rmdir()

    def send_from(self, cgroup, port):
        def enter():
            (cgroup / "cgroup.procs").write_text(str(os.getpid()))

        namespace = f"--net=/run/netns/{self.lab['kong_netns']}"
        command = ["/usr/bin/nsenter", namespace, "--", "/usr/bin/python3", "-c", SEND_FROM, str(port)]
        subprocess.run([*command, self.lab["unlisted4"]], preexec_fn=enter, capture_output=True, check=False)

    def wait_for(self, trace, condition):
        """Until the file of the trace has an event that is so."""
        for _ in range(WAIT_SECONDS * 10):
            with contextlib.suppress(ValueError):  # a line that is being written
                if any(condition(event) for event in read_events(trace.path)):
                    return
            select.select([], [], [], 0.1)
        self.fail("the event did not come")

    def test_of_a_container_that_is_gone_at_once(self):
        identifier = "a1" * 32
        with self.trace() as trace:
            with self.container(identifier) as cgroup:
                self.send_from(cgroup, 6001)
        self.assertEqual([drop["source"].get("container_id") for drop in trace.drops], [identifier])

    def test_of_many_short_lives(self):
        identifiers = [f"{number:02x}" * 32 for number in range(40)]
        with self.trace() as trace:
            for identifier in identifiers:
                with self.container(identifier) as cgroup:
                    self.send_from(cgroup, 6002)
        self.assertEqual([drop["source"].get("container_id") for drop in trace.drops], identifiers)

    def test_a_dead_container_gets_no_more_drops(self):
        listener = self.lab.start("kong", "/usr/bin/sleep", "infinity")
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)
        identifier = "b2" * 32
        with self.trace() as trace:
            with self.container(identifier) as cgroup:
                self.send_from(cgroup, 6003)
            self.wait_for(trace, lambda event: event["type"] == "pod" and event["pod"]["gone"])
            self.lab.run("world", "/usr/bin/python3", "-c", SEND_TO, self.lab["pod4"], "6003")
        received = [drop for drop in trace.of_type("drop") if drop["traffic_direction"] == "INGRESS"]
        self.assertEqual([drop["drop"]["attributed_by"] for drop in received], ["address"])
        self.assertNotIn("container_id", received[0]["destination"])

    def test_a_name_that_comes_late_is_seen(self):
        identifier = "c3" * 32
        links = pathlib.Path(self.lab["pod_logs"]).parent / "containers"
        links.mkdir(exist_ok=True)
        name = f"{self.lab['pod_name']}_{self.lab['pod_namespace']}_late-{identifier}.log"
        with self.trace() as trace, self.container(identifier):
            self.wait_for(trace, lambda event: event["type"] == "pod" and identifier in str(event))
            (links / name).symlink_to("/nowhere")
            self.addCleanup((links / name).unlink)
            self.wait_for(trace, lambda event: event["type"] == "pod" and event["pod"].get("container_name") == "late")


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: identity_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
