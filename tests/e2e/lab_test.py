#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# That the lab is what the other tests take it for: the policies drop what they say, Kong's client asks what was
# recorded, and nothing stays behind. The tracer is not involved.
import pathlib
import subprocess
import sys
import unittest

from lab import SCRIPTS, SKIPPED, Lab, lacking, outcomes, questions

ALIAS, TARGET = "login.microsoftonline.com", "www.tm.ak.prd.aadg.trafficmanager.net"
DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "lab"


def recorded(name):
    lines = (DATA / name).read_text().splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


class KongClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("kongclient"))
        cls.lab.policy("nft")

    def setUp(self):
        self.lab.flush()

    def test_first_resolution_asks_what_was_recorded_and_connects(self):
        events = self.lab.kong("a-first")
        self.assertEqual(questions(events), recorded("kong_first_resolution.txt"))
        self.assertEqual(outcomes(events), ["answered"])

    def test_later_resolution_asks_what_was_recorded_and_is_dropped(self):
        events = self.lab.kong("cname-first")
        self.assertEqual(questions(events), recorded("kong_later_resolution.txt"))
        self.assertEqual(outcomes(events), ["timeout"])

    def test_cached_aliases_lead_to_a_question_for_the_target_which_is_dropped(self):
        self.assertEqual(outcomes(self.lab.kong("ask", TARGET, "A", "--connect")), ["timeout"])

    def test_ipv6_chain_is_dropped_too(self):
        self.assertEqual(outcomes(self.lab.kong("cname-first", "--ipv6")), ["timeout"])

    def test_the_resolver_answers_over_tcp_and_ipv6(self):
        events = self.lab.kong("ask", ALIAS, "AAAA", "--tcp", "--server", self.lab["resolver6"], "--connect")
        self.assertEqual(outcomes(events), ["answered"])

    def test_an_answer_too_big_for_udp_is_truncated(self):
        self.assertTrue(self.lab.kong("ask", "big.lab.test", "TXT")[0]["truncated"])


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("policies"))

    def expect_credits_by_question_name(self, mode):
        self.lab.policy(mode)
        self.assertEqual(outcomes(self.lab.kong("ask", TARGET, "A", "--connect")), ["timeout"])
        self.assertEqual(outcomes(self.lab.kong("ask", ALIAS, "A", "--connect")), ["answered"])
        denied = self.lab.kong("ask", "denied.lab.test", "A", "--connect", where="other")
        self.assertEqual(outcomes(denied), ["timeout"])
        self.assertEqual(outcomes(self.lab.kong("connect", self.lab["unlisted6"])), ["timeout"])

    def test_nft_credits_by_question_name(self):
        self.expect_credits_by_question_name("nft")

    def test_tc_credits_by_question_name(self):
        self.expect_credits_by_question_name("tc")

    def test_drop_behind_snat_credits_by_question_name(self):
        self.expect_credits_by_question_name("snat-egress-drop")

    def test_drop_around_vxlan_credits_by_question_name(self):
        self.expect_credits_by_question_name("vxlan")

    def test_off_lets_everything_through(self):
        self.lab.policy("off")
        self.assertEqual(outcomes(self.lab.kong("connect", self.lab["unlisted4"])), ["answered"])

    def test_dns_drop_leaves_questions_unanswered(self):
        self.lab.policy("dns-drop")
        self.assertIn("error", self.lab.kong("ask", ALIAS, "A", "--timeout", "0.3")[0])


class Cleanup(unittest.TestCase):
    def test_two_labs_live_side_by_side_and_leave_nothing(self):
        with Lab("twin-one") as one, Lab("twin-two") as two:
            paths = [pathlib.Path(lab[key]) for lab in (one, two) for key in ("state_dir", "lab_cgroup")]
            paths += [pathlib.Path("/run/netns") / lab["kong_netns"] for lab in (one, two)]
            lingering = one.start("sidecar", "sleep", "1000")
            self.assertEqual(outcomes(one.kong("connect", one["login4"])), ["answered"])
            self.assertEqual(outcomes(two.kong("connect", two["login4"])), ["answered"])
            self.assertTrue(all(path.exists() for path in paths))
        self.assertEqual(lingering.wait(), -9)
        self.assertFalse(any(path.exists() for path in paths))

    def test_down_of_what_is_not_up_is_no_error(self):
        self.assertEqual(subprocess.run([SCRIPTS / "lab", "down", "never-up"], check=False).returncode, 0)


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: lab_test: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
