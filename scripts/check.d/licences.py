#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Says which source file does not name its licence at its top: GPL-2.0 OR BSD-3-Clause for what the kernel loads, and
what is shared with it, Apache-2.0 for all others."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUFFIXES = {".cpp", ".h", ".c", ".py", ".sh", ".cmake", ".scd", ".in"}


def is_source(path, top):
    if path.name == "CMakeLists.txt" or path.suffix in SUFFIXES:
        return True
    return path.suffix == "" and top.startswith(b"#!") and "data" not in path.parts


def licence_of(name):
    shared = name.startswith("vmlinux/") or (name.startswith("bpf/") and name.endswith((".h", ".c")))
    return "GPL-2.0 OR BSD-3-Clause" if shared or name.endswith(".bpf.c") else "Apache-2.0"


def main():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.splitlines()
    missing = 0
    for name in listed:
        path = ROOT / name
        if not path.is_file():
            continue
        top = b"\n".join(path.read_bytes()[:400].split(b"\n")[:3])
        line = f"SPDX-License-Identifier: {licence_of(name)}"
        if is_source(path, top) and line.encode() not in top:
            print(f'check: spdx: {name}: no line "{line}" at its top', file=sys.stderr)
            missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
