#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a part may include is enforced by the build: a part's compiler finds only the parts that it links. This holds
what the build cannot: every source is listed in the CMakeLists.txt that compiles it, no include leaves its folder by
"..", only capture includes libbpf, and dns, join, policy and json do no I/O."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
USERSPACE = ROOT / "userspace"
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)
PURE = {"dns", "join", "policy", "json"}
IO_HEADERS = {"fcntl.h", "unistd.h", "poll.h", "fstream", "sys/socket.h", "sys/stat.h", "sys/mman.h", "cstdio"}
# tests/unit/CMakeLists.txt leaves out what its names have in common: `add_unit_tests(PART SUBJECTS SUBJECT)`.
LISTED = re.compile(r"^add_part\((\w+)[^)]*SOURCES([^)]*)\)", re.MULTILINE)
UNIT_TESTS = re.compile(r"^add_unit_tests\((\w+)[^)]*SUBJECTS([^)]*)\)", re.MULTILINE)


def listed():
    """The sources that the lists name."""
    text = (USERSPACE / "CMakeLists.txt").read_text()
    for part, files in LISTED.findall(text):
        yield from (USERSPACE / part / name for name in files.split())
    yield from (USERSPACE / name for name in re.findall(r"^add_\w+\(\w+ (?:STATIC )?(\w+\.cpp)\)", text, re.MULTILINE))
    tests = ROOT / "tests"
    for part, subjects in UNIT_TESTS.findall((tests / "unit/CMakeLists.txt").read_text()):
        yield from (tests / f"unit/{part}_{subject}_test.cpp" for subject in subjects.split())
    kernel = (tests / "kernel/CMakeLists.txt").read_text()
    yield from (tests / "kernel" / name for name in re.findall(r"\w+\.cpp", kernel))
    names = re.findall(r"^  (\w+)\)?$", (tests / "e2e/CMakeLists.txt").read_text(), re.MULTILINE)
    yield from (tests / f"e2e/{name}_test.py" for name in names)


def sources():
    yield from USERSPACE.rglob("*.cpp")
    yield from (ROOT / "tests/unit").glob("*.cpp")
    yield from (ROOT / "tests/kernel").glob("*.cpp")
    yield from (ROOT / "tests/e2e").glob("*_test.py")


def problems():
    for path in sorted(set(sources()) - set(listed())):
        yield f"{path.relative_to(ROOT)}: stands in no list of a CMakeLists.txt"
    for path in sorted([*USERSPACE.glob("*/*.cpp"), *USERSPACE.glob("*/*.h")]):
        part = path.parent.name
        place = path.relative_to(ROOT)
        for header in INCLUDE.findall(path.read_text()):
            if ".." in header.split("/"):
                yield f'{place}: includes "{header}": name it from userspace/'
            if part != "capture" and (header.startswith("bpf/") or header == "cnamedrop.skel.h"):
                yield f"{place}: includes {header}: only capture may"
            if part in PURE and header in IO_HEADERS:
                yield f"{place}: includes <{header}>: {part} does no I/O"


def main():
    found = list(problems())
    for problem in found:
        print(f"layout: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
