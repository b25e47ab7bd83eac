#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a trace costs the node, measured in the lab: time to attach, memory, nanoseconds a run of each kernel program.
Prints one line a measurement: what, measured, unit, less or more, goal; tab-separated. Other load only ever makes a
number larger, so that each is the smallest of several."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from flood_test import FLOOD
from lab import Lab, lacking
from trace import Trace

REFERENCE_PROGRAM = os.environ["REFERENCE_PROGRAM"]
REFERENCE_PIN = f"/sys/fs/bpf/cnamedrop-bench-{os.getpid()}"
STATS_SWITCH = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")
RUNS = 5
PACKETS = 50_000

# Sends datagrams to itself: each leaves the pod and arrives at it.
TALK = """
import socket, sys
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind((sys.argv[1], 7777))
for _ in range(int(sys.argv[2])):
    here.sendto(b"x", here.getsockname())
    here.recv(16)
"""

# Sends datagrams that are dropped, with pauses in which a reader empties a ring of the default size.
DROP = """
import socket, sys, time
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for number in range(int(sys.argv[2])):
    flood.sendto(b"x", (sys.argv[1], 9))
    if number % 5000 == 4999:
        time.sleep(0.1)
"""


def report(what, measured, unit, goal, better="less"):
    print(what, f"{measured:.2f}", unit, better, goal, sep="\t", flush=True)


def bpftool(*arguments):
    done = subprocess.run(["bpftool", "-j", *arguments], check=True, capture_output=True, text=True)
    return json.loads(done.stdout or "null")


@contextlib.contextmanager
def kernel_statistics():
    """The kernel adds up the runs of all programs for as long as this lasts."""
    before = STATS_SWITCH.read_text(encoding="ascii")
    STATS_SWITCH.write_text("1", encoding="ascii")
    try:
        yield
    finally:
        STATS_SWITCH.write_text(before, encoding="ascii")


@contextlib.contextmanager
def reference_program(cgroup):
    """The reference program at a cgroup; gives its pin."""
    bpftool("prog", "loadall", REFERENCE_PROGRAM, REFERENCE_PIN, "pinmaps", REFERENCE_PIN)
    pin = f"{REFERENCE_PIN}/reference"
    try:
        bpftool("map", "update", "pinned", f"{REFERENCE_PIN}/reference_map", "key", *["0"] * 24, "value", *["0"] * 8)
        bpftool("cgroup", "attach", cgroup, "egress", "pinned", pin, "multi")
        yield pin
    finally:
        subprocess.run(["bpftool", "cgroup", "detach", cgroup, "egress", "pinned", pin], check=False)
        for file in pathlib.Path(REFERENCE_PIN).iterdir():
            file.unlink()
        os.rmdir(REFERENCE_PIN)


def programs_of(process):
    """The ids of the programs that a process holds: other traces may run on this machine."""
    ids = set()
    for file in pathlib.Path(f"/proc/{process.pid}/fdinfo").iterdir():
        for line in file.read_text(encoding="ascii").splitlines():
            if line.startswith("prog_id:"):
                ids.add(int(line.split()[1]))
    return ids


def ns_a_run(ids, load):
    """For each program, by its name: the smallest of several averages over the runs that load causes."""
    best = {}
    for _ in range(RUNS):
        before = {program["id"]: program for program in bpftool("prog", "show")}
        load()
        for program in bpftool("prog", "show"):
            if program["id"] not in ids or program["id"] not in before:
                continue
            runs = program.get("run_cnt", 0) - before[program["id"]].get("run_cnt", 0)
            spent = program.get("run_time_ns", 0) - before[program["id"]].get("run_time_ns", 0)
            if runs >= PACKETS // 2:
                name = program["name"]
                best[name] = min(spent / runs, best.get(name, float("inf")))
    return best


def of_drops(by_name):
    """The program at the tracepoint: its name, of which the kernel keeps 15 characters, depends on the kernel."""
    return next(ns for name, ns in by_name.items() if name.startswith("on_kfree_skb"))


class Overhead:
    def __init__(self, lab):
        self.lab = lab
        self.target = ["--cgroup", lab["pod_cgroup"]]

    def python(self, where, program, *arguments):
        done = self.lab.run(where, "/usr/bin/python3", "-c", program, *map(str, arguments))
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def talk(self):
        self.python("kong", TALK, self.lab["pod4"], PACKETS)

    def drop(self, where):
        self.python(where, DROP, self.lab["unlisted4"], PACKETS)

    def time_to_ready(self):
        best = float("inf")
        for _ in range(RUNS):
            trace = Trace(self.target)
            begun = time.monotonic()
            with trace:
                best = min(best, time.monotonic() - begun)
        report("attach until ready", best * 1000, "ms", 150)

    def memory(self):
        with Trace(self.target) as trace:
            status = pathlib.Path(f"/proc/{trace.process.pid}/status")
            report("resident memory", mib(status, "VmRSS"), "MiB", 30)
            arguments = [200_000, 20_000, self.lab["unlisted4"], self.lab["resolver4"], "many"]
            self.python("kong", FLOOD, *arguments)
            report("resident memory, peak of a flood", mib(status, "VmHWM"), "MiB", 30)

    def packets(self):
        with reference_program(self.lab["kong_cgroup"]) as pin:
            ids = {bpftool("prog", "show", "pinned", pin)["id"]}
            reference = ns_a_run(ids, self.talk)["reference"]
        with Trace(self.target) as trace:
            traced = ns_a_run(programs_of(trace.process), self.talk)
        for name, what in (("on_egress", "leaves"), ("on_ingress", "arrives")):
            detail = f"{traced[name]:.0f} against {reference:.0f} ns"
            report(f"packet that {what} ({detail})", traced[name] / reference, "x", 1.5)

    def drops(self):
        with Trace(self.target) as trace:
            ids = programs_of(trace.process)
            report("drop of another pod's packet", of_drops(ns_a_run(ids, lambda: self.drop("other"))), "ns", 150)
            coalesced = of_drops(ns_a_run(ids, lambda: self.drop("kong")))
        with Trace(self.target, "--coalesce-ms", "0") as trace:
            recorded = of_drops(ns_a_run(programs_of(trace.process), lambda: self.drop("kong")))
        share = trace.totals["drops_recorded"] / trace.totals["drops_seen"]
        detail = f"{share:.0%} found room; coalesced {coalesced:.0f} ns"
        report(f"recorded drop ({detail})", recorded, "ns", 1000)


def mib(status, field):
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) / 1024


def main():
    if reason := lacking():
        sys.exit(f"overhead: {reason}")
    with Lab("bench") as lab:
        overhead = Overhead(lab)
        overhead.time_to_ready()
        with kernel_statistics():
            overhead.packets()
            lab.policy("nft")
            overhead.drops()
        overhead.memory()


if __name__ == "__main__":
    main()
