#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A resolver that is an attacker, and a pod that speaks anything on port 53: each message is counted under its name,
# and the honest ones around it are all in the file.
import sys
import unittest

from lab import SKIPPED, Lab, lacking
from trace import Trace

# Plays both ends on loopback inside the pod: for each hex payload sends a question and answers it with the payload, in
# which "ID" stands for the question's id; "-" as question sends the payload as it is.
PLAY = """
import socket, struct, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("127.0.0.1", 53))
question = bytes.fromhex("0001 0000 0000 0000 01 61 04 74657374 00 0001 0001".replace(" ", ""))
for number, payload in enumerate(sys.argv[1:]):
    message_id = struct.pack(">H", number)
    client.send(message_id + bytes.fromhex("0100") + question)
    _, peer = server.recvfrom(65535)
    server.sendto(bytes.fromhex(payload.replace("ID", message_id.hex())), peer)
    client.recv(65535)
"""
QUESTION = "0161047465737400" + "0001" + "0001"
ANSWER = "c00c" + "0001" + "0001" + "0000003c" + "0004" + "cb007109"  # a.test. 60 A 203.0.113.9
HONEST = "ID" + "8180" + "0001000100000000" + QUESTION + ANSWER


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("hostile"))

    def play(self, *payloads):
        with Trace(["--cgroup", self.lab["pod_cgroup"]]) as trace:
            done = self.lab.run("kong", "/usr/bin/python3", "-c", PLAY, *payloads, HONEST)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(trace.queries("REQUEST")), len(payloads) + 1)
        answers = trace.of_type("dns")
        self.assertEqual(answers[-1]["l7"]["dns"]["ips"], ["203.0.113.9"])
        self.assertNotIn("unsolicited", answers[-1])
        return trace

    def expect_undecodable(self, kind, payload):
        trace = self.play(payload)
        self.assertEqual(trace.totals[f"dns_undecodable_{kind}"], 1)
        self.assertEqual(trace.lost("dns_undecodable"), 1)
        self.assertEqual(len(trace.queries("RESPONSE")), 1)

    def test_what_is_no_dns_at_all(self):
        self.expect_undecodable("not_dns", b"HTTP/1.1 200 OK\r\n\r\n".hex())

    def test_a_message_without_a_header(self):
        self.expect_undecodable("too_short", "ID" + "8180")

    def test_a_pointer_to_itself(self):
        self.expect_undecodable("bad_pointer", "ID" + "8180" + "0001000000000000" + "c00c" + "00010001")

    def test_a_label_type_that_does_not_exist(self):
        self.expect_undecodable("bad_name", "ID" + "8180" + "0001000000000000" + "8061" + "00" + "00010001")

    def test_an_address_of_the_wrong_length(self):
        wrong = "c00c" + "0001" + "0001" + "0000003c" + "0003" + "cb0071"
        self.expect_undecodable("bad_record", "ID" + "8180" + "0001000100000000" + QUESTION + wrong)

    def test_an_answer_with_another_id_is_unsolicited(self):
        trace = self.play("ffff" + HONEST[2:])
        self.assertEqual(trace.totals["answers_unsolicited"], 1)

    def test_an_answer_for_another_name_is_unsolicited(self):
        trace = self.play(HONEST.replace(QUESTION, QUESTION.replace("0161", "0162")))
        self.assertEqual(trace.totals["answers_unsolicited"], 1)
        self.assertTrue(trace.of_type("dns")[1]["unsolicited"])

    def test_a_message_longer_than_the_capture_is_cut_and_marked(self):
        records = ANSWER * 400
        trace = self.play("ID" + "8180" + "0001" + f"{400:04x}" + "00000000" + QUESTION + records)
        message = trace.of_type("dns")[1]["l7"]["dns"]
        self.assertTrue(message["cut"])
        self.assertEqual(message["size"], 12 + len(QUESTION) // 2 + len(records) // 2)
        self.assertEqual(trace.totals["dns_cut"], 1)

    def test_a_message_of_4096_bytes_is_whole(self):
        filler = 4096 - 12 - len(QUESTION) // 2 - len(ANSWER) // 2 - 12
        text = "c00c" + "0010" + "0001" + "0000003c" + f"{filler:04x}" + "00" * filler
        trace = self.play("ID" + "8180" + "0001000200000000" + QUESTION + text + ANSWER)
        message = trace.of_type("dns")[1]["l7"]["dns"]
        self.assertEqual((message["size"], message.get("cut", False)), (4096, False))
        self.assertEqual(message["ips"], ["203.0.113.9"])


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: hostile_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
