#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# What a person has at hand after an incident: a file with its rotated backups, some of them compressed, and the files
# of several nodes. Recorded traces; needs no lab and no privileges.
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

CNAMEDROP = os.environ.get("CNAMEDROP", str(pathlib.Path(__file__).resolve().parents[2] / "build/dev/cnamedrop"))
TRACE = pathlib.Path(__file__).resolve().parents[1] / "data/traces/kong_a3_cname60.jsonl"


def output_of(*arguments):
    return subprocess.run([CNAMEDROP, *arguments], capture_output=True, check=True).stdout


def explained(*arguments):
    return json.loads(output_of("explain", "-o", "json", *arguments))


class Sets(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def rotated(self):
        """The trace in three pieces: the oldest is compressed, the newest has the second drop alone."""
        lines = TRACE.read_bytes().splitlines(keepends=True)
        drops = [number for number, line in enumerate(lines) if b'"type":"drop"' in line]
        file = self.folder / "events.jsonl"
        with gzip.open(f"{file}.2.gz", "wb") as oldest:
            oldest.writelines(lines[:drops[0]])
        pathlib.Path(f"{file}.1").write_bytes(b"".join(lines[drops[0]:drops[1]]))
        file.write_bytes(b"".join(lines[drops[1]:]))
        return file

    def of_node(self, name):
        """The same events, had they happened on this node."""
        file = self.folder / f"{name}.jsonl"
        events = [json.loads(line) for line in TRACE.read_text().splitlines()]
        file.write_text("".join(json.dumps({**event, "node_name": name}) + "\n" for event in events))
        return file

    def test_backups_make_a_rotated_file_whole(self):
        file = self.rotated()
        self.assertEqual(explained(file), explained(TRACE))
        for command in (["observe", "-o", "json"], ["fqdn", "cache"]):
            with self.subTest(command):
                self.assertEqual(output_of(*command, file), output_of(*command, TRACE))

    def test_without_backups_the_newest_piece_is_alone(self):
        finding = explained(self.rotated(), "--no-backups")["findings"][0]
        self.assertEqual((finding["kind"], finding["packets"]), ("not_learned", 1))

    def test_each_node_has_findings_of_its_own(self):
        files = [self.of_node("node-1"), self.of_node("node-2")]
        alone = explained(files[0])["findings"][0]
        report = explained(*files)
        self.assertEqual(report["trace"]["node_names"], ["node-1", "node-2"])
        self.assertEqual({finding["pod"]["node_name"] for finding in report["findings"]}, {"node-1", "node-2"})
        self.assertEqual(len(report["findings"]), 2)
        for finding in report["findings"]:
            for member in ("kind", "packets", "connections", "names", "evidence"):
                self.assertEqual(finding[member], alone[member], member)
        text = output_of("explain", *files).decode()
        self.assertIn(" on node-1", text)
        self.assertIn(" on node-2", text)


if __name__ == "__main__":
    unittest.main()
