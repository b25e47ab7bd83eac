#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How fast `explain` reads an event file of 2 GiB, and in how much memory. Prints lines as overhead.py does."""

import os
import pathlib
import subprocess
import sys

CNAMEDROP = os.environ["CNAMEDROP"]
MAKE_TRACE = os.environ["MAKE_TRACE"]
BYTES = 2 << 30


def report(what, measured, unit, goal, better):
    print(what, f"{measured:.0f}", unit, better, goal, sep="\t", flush=True)


def main():
    file = pathlib.Path(sys.argv[1]) / "trace.jsonl"
    subprocess.run([MAKE_TRACE, file, str(BYTES)], check=True)
    with subprocess.Popen([CNAMEDROP, "explain", file], stdout=subprocess.DEVNULL) as explain:
        _, status, usage = os.wait4(explain.pid, 0)
        explain.returncode = os.waitstatus_to_exitcode(status)
    if explain.returncode != 0:
        raise RuntimeError(f"explain ended with {explain.returncode}")
    seconds = usage.ru_utime + usage.ru_stime
    report("explain reads", file.stat().st_size / 1e6 / seconds, "MB/s", 300, "more")
    report("explain, memory for 2 GiB", usage.ru_maxrss / 1024, "MiB", 128, "less")


main()
