#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the includes of userspace/ against the parts that userspace/CMakeLists.txt links: a part may include its own
headers and those of the parts that it links, directly or through them. Only capture may include libbpf; dns, join,
policy and json do no I/O."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
USERSPACE = ROOT / "userspace"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
PURE = {"dns", "join", "policy", "json"}
IO_HEADERS = {"fcntl.h", "unistd.h", "poll.h", "fstream", "sys/socket.h", "sys/stat.h", "sys/mman.h", "cstdio"}


def linked_parts():
    """The parts that each part may include."""
    text = (USERSPACE / "CMakeLists.txt").read_text()
    direct = {}
    for name, rest in re.findall(r"^add_part\((\w+)([^)]*)\)", text, re.MULTILINE):
        direct[name] = set(re.findall(r"cnamedrop_(\w+)", rest))
    allowed = {}
    for name in direct:
        reached, waiting = set(), [name]
        while waiting:
            part = waiting.pop()
            if part not in reached:
                reached.add(part)
                waiting += direct[part]
        allowed[name] = reached
    return allowed


def problems():
    allowed = linked_parts()
    for path in sorted([*USERSPACE.glob("*/*.cpp"), *USERSPACE.glob("*/*.h")]):
        part = path.parent.name
        place = path.relative_to(ROOT)
        if part not in allowed:
            yield f"{place}: {part} is no part of userspace/CMakeLists.txt"
            continue
        for quote, header in INCLUDE.findall(path.read_text()):
            folder = header.split("/")[0]
            if quote == '"' and folder in allowed and folder not in allowed[part]:
                yield f'{place}: includes "{header}", but {part} does not link {folder}'
            if part != "capture" and (header.startswith("bpf/") or header == "cnamedrop.skel.h"):
                yield f"{place}: includes {header}: only capture may"
            if part in PURE and quote == "<" and header in IO_HEADERS:
                yield f"{place}: includes <{header}>: {part} does no I/O"


def main():
    found = list(problems())
    for problem in found:
        print(f"layout: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
