# SPDX-License-Identifier: Apache-2.0
"""The lab (scripts/lab) and its clients for tests in Python: brings a lab up, runs commands in its pods and takes it
down. Nothing of the tracer is here."""

import ctypes
import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
LAB = ROOT / "tests" / "lab"
SKIPPED = 77
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000  # include/uapi/linux/sched.h


def lacking():
    """Why no lab can be built here, or None."""
    if os.geteuid() != 0:
        return "the lab needs root"
    tools = ("ip", "nft", "tc", "nsd", "dnsmasq", "bpftool", "clang", "nsenter", "unshare")
    path = os.environ.get("PATH", "").split(":")
    missing = [tool for tool in tools if not any(os.access(os.path.join(folder, tool), os.X_OK) for folder in path)]
    return f"the lab needs {', '.join(missing)}" if missing else None


class Lab:
    """A lab, up for as long as the `with` block lasts. `lab["login4"]` is the value that `scripts/lab env` prints."""

    def __init__(self, name=None, a_ttl=3, cname_ttl=60, dns_cache=0):
        self.name = name or f"e2e-{os.getpid()}"
        self._options = ["--a-ttl", str(a_ttl), "--cname-ttl", str(cname_ttl), "--dns-cache", str(dns_cache)]
        self._environment = {}

    def __enter__(self):
        lines = self._lab("up", *self._options).splitlines()
        self._environment = dict(line.split("=", 1) for line in lines)
        return self

    def __exit__(self, *_):
        self._lab("down")

    def __getitem__(self, key):
        return self._environment[key]

    def _lab(self, verb, *arguments):
        command = [SCRIPTS / "lab", verb, self.name, *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def policy(self, mode):
        """Replaces the policy by off, nft, tc, dns-drop, snat-egress-drop or vxlan, without credits."""
        self._lab("policy", mode)

    def flush(self):
        """Takes back all credits."""
        self._lab("policy-flush")

    def _enter(self, where):
        """For the child between fork and exec: what `scripts/lab exec` does, without the shells, which take seconds on
        an emulated machine."""
        procs = os.path.join(self[f"{where}_cgroup"], "cgroup.procs")
        netns = os.path.join("/run/netns", self[f"{where}_netns"])

        def enter():
            with open(procs, "w", encoding="ascii") as file:
                file.write(str(os.getpid()))
            with open(netns, "rb") as file:
                if LIBC.setns(file.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")

        return enter

    def run(self, where, *arguments, **options):
        """subprocess.run of arguments in kong, sidecar, other, node or world; output captured as text."""
        return subprocess.run(
            arguments, capture_output=True, text=True, check=False, preexec_fn=self._enter(where), **options
        )

    def start(self, where, *arguments, **options):
        """subprocess.Popen of arguments in a container."""
        return subprocess.Popen(arguments, preexec_fn=self._enter(where), **options)

    def kong(self, *arguments, where="kong"):
        """Runs tests/lab/kong_client in a pod; the list of what it asked and learned, as dictionaries."""
        done = self.run(where, LAB / "kong_client", *arguments)
        if done.returncode not in (0, 1, 3):
            raise RuntimeError(f"kong_client {arguments}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]


def outcomes(events):
    """How each connection among a client's events ended: `answered`, `timeout` or an error's text."""
    return [event["outcome"] for event in events if event["event"] == "connect"]


def questions(events):
    """(type, name) of each question among a client's events, in order."""
    return [(event["type"], event["name"]) for event in events if event["event"] == "asked"]


def answered(events):
    """The client's last question that was answered with records."""
    return [event for event in events if event.get("answers")][-1]


def wait_until_expired(asked_event):
    """Until the TTL of a client's answer is over; the answer was there before this is called."""
    time.sleep(min(record["ttl"] for record in asked_event["answers"]))
