#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# The founding case: an address that the pod learned only by chasing CNAMEs is dropped and says so, wherever the drop
# is and however the DNS travels; and the same address is not blamed while its own name covers it.
import itertools
import os
import sys
import unittest

from lab import SKIPPED, Lab, answered, lacking, outcomes, wait_until_expired
from trace import Trace

ORIGIN = "login.microsoftonline.com"
CHAIN = [
    "login.microsoftonline.com.",
    "login.mso.msidentity.com.",
    "ak.privatelink.msidentity.com.",
    "www.tm.ak.prd.aadg.trafficmanager.net.",
]
TARGET = CHAIN[-1].rstrip(".")
EMULATED = "CNAMEDROP_VMTEST" in os.environ
SLOWNESS = 6 if EMULATED else 1  # how much longer a credit must live to outlive some commands
QUICK = ("--connect-timeout", "0.9" if EMULATED else "0.3")  # shorter than it takes to a second SYN


class AskedChase(unittest.TestCase):
    """Kong's two ways of asking, with each policy, over IPv4 and IPv6, DNS over UDP and TCP."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("asked", a_ttl=5 if EMULATED else 2))

    def chase(self, ipv6, transport):
        lab = self.lab
        resolver = lab["resolver6"] if ipv6 else lab["resolver4"]
        options = ["--server", resolver, f"--{transport}", *QUICK, *(["--ipv6"] if ipv6 else [])]
        with Trace(["--cgroup", lab["pod_cgroup"]], "--pod-logs", lab["pod_logs"]) as trace:
            first = lab.kong("a-first", *options)
            wait_until_expired(answered(first))
            later = lab.kong("cname-first", *options)
        return trace, first, later

    def expect_first_works_and_later_says_cname_only(self, policy, ipv6, transport):
        address = self.lab["login6"] if ipv6 else self.lab["login4"]
        trace, first, later = self.chase(ipv6, transport)
        self.assertEqual(outcomes(first), ["answered"])
        self.assertEqual(outcomes(later), ["timeout"])
        self.assertEqual(trace.causes(), ["cname_only"])
        self.assertEqual(trace.lost(), 0)
        self.expect_drop(trace.drops[0], policy, address)
        self.expect_cause(trace.drops[0]["cause"], address)

    def expect_drop(self, drop, policy, address):
        reasons = {"nft": "SKB_DROP_REASON_NETFILTER_DROP", "tc": "SKB_DROP_REASON_TC_INGRESS"}
        self.assertEqual(drop["traffic_direction"], "EGRESS")
        self.assertEqual(drop["ip"]["destination"], address)
        self.assertEqual(drop["l4"]["TCP"]["destination_port"], 443)
        self.assertEqual(drop["l4"]["TCP"]["flags"], {"SYN": True})
        self.assertEqual(drop["source"]["pod_name"], self.lab["pod_name"])
        self.assertEqual(drop["destination_names"], [TARGET])
        self.assertEqual(drop["drop"]["count"], 1)
        self.assertEqual(drop["drop"]["interface"], self.lab["node_pod_interface"])
        self.assertRegex(drop["drop"]["symbol"], r"^[a-z_0-9.]+\+0x[0-9a-f]+$")
        self.assertEqual(drop["drop"]["reason"], reasons[policy])
        self.assertEqual(drop["drop"]["attributed_by"], {"nft": "local_endpoint", "tc": "socket"}[policy])

    def expect_cause(self, cause, address):
        chase = cause["chases"][0]
        self.assertEqual(cause["address"], address)
        self.assertEqual(cause["confidence"], "full")
        self.assertEqual((chase["origin"], chase["credited_to"], chase["how"]), (CHAIN[0], CHAIN[-1], "asked"))
        self.assertEqual([step["owner"] for step in chase["chain"]] + [chase["chain"][-1]["target"]], CHAIN)
        self.assertEqual({step["revealed_by"] for step in chase["chain"]}, {"cname_question"})
        self.assertTrue(all(int(step["age_ns"]) > 0 and step["ttl"] == 60 for step in chase["chain"]))
        live = [credit for credit in cause["credits"] if credit["live"]]
        self.assertEqual([credit["name"] for credit in live], [CHAIN[-1]])
        self.assertGreater(int(live[0]["learned_age_ns"]), 0)
        self.assertEqual(chase["last_direct_credit"]["name"], CHAIN[0])
        self.assertFalse(chase["last_direct_credit"]["live"])


def add_matrix():
    for policy, ipv6, transport in itertools.product(("nft", "tc"), (False, True), ("udp", "tcp")):

        def test(self, policy=policy, ipv6=ipv6, transport=transport):
            self.lab.policy(policy)
            self.expect_first_works_and_later_says_cname_only(policy, ipv6, transport)

        setattr(AskedChase, f"test_{policy}_{'ipv6' if ipv6 else 'ipv4'}_dns_over_{transport}", test)


class CachedChase(unittest.TestCase):
    def test_a_question_for_the_target_after_the_alias_credit_expired_is_cached(self):
        with Lab("cached", a_ttl=3, cname_ttl=60) as lab:
            lab.policy("nft")
            with Trace(["--cgroup", lab["pod_cgroup"]]) as trace:
                alias = lab.kong("ask", ORIGIN, "A", "--connect", *QUICK)
                wait_until_expired(answered(alias))
                target = lab.kong("ask", TARGET, "A", "--connect", *QUICK)
        self.assertEqual((outcomes(alias), outcomes(target)), (["answered"], ["timeout"]))
        self.assertEqual(trace.causes(), ["cname_only"])
        chase = trace.drops[0]["cause"]["chases"][0]
        self.assertEqual((chase["origin"], chase["how"]), (CHAIN[0], "cached"))
        self.assertEqual({step["revealed_by"] for step in chase["chain"]}, {"answer"})
        self.assertEqual(chase["last_direct_credit"]["name"], CHAIN[0])
        self.assertEqual(chase["last_direct_credit"]["ttl"], 3)


class LifeOfACredit(unittest.TestCase):
    def test_the_same_address_turns_from_learned_into_cname_only_when_the_direct_credit_expires(self):
        with Lab("turning", a_ttl=3 * SLOWNESS) as lab:
            lab.policy("nft")
            with Trace(["--cgroup", lab["pod_cgroup"]]) as trace:
                direct = answered(lab.kong("ask", ORIGIN, "A"))
                lab.flush()  # the tool is to judge, not the policy: it drops from the start
                lab.kong("connect", lab["login4"], *QUICK)
                wait_until_expired(direct)
                lab.kong("ask", TARGET, "A", "--connect", *QUICK)
        self.assertEqual(trace.causes(), ["learned", "cname_only"])

    def test_an_address_past_its_ttl_is_expired(self):
        with Lab("expired", a_ttl=1, cname_ttl=1) as lab:
            lab.policy("nft")
            with Trace(["--cgroup", lab["pod_cgroup"]]) as trace:
                wait_until_expired(answered(lab.kong("ask", "brief.lab.test", "A")))
                lab.flush()
                lab.kong("connect", lab["brief4"], *QUICK)
        self.assertEqual(trace.causes(), ["expired"])
        self.assertEqual(trace.drops[0]["cause"]["credits"][0]["name"], "brief.lab.test.")


class OtherCauses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("causes"))

    def test_an_address_of_no_answer_is_not_learned(self):
        self.lab.policy("nft")
        with Trace(["--cgroup", self.lab["pod_cgroup"]]) as trace:
            self.lab.kong("connect", self.lab["unlisted4"], *QUICK)
            self.lab.kong("connect", self.lab["unlisted6"], *QUICK)
        self.assertEqual(trace.causes(), ["not_learned", "not_learned"])
        self.assertEqual(trace.drops[0]["cause"]["confidence"], "partial")

    def test_a_dropped_question_is_dns_dropped_and_names_the_question(self):
        self.lab.policy("dns-drop")
        with Trace(["--cgroup", self.lab["pod_cgroup"]]) as trace:
            self.lab.kong("ask", "direct.lab.test", "AAAA", "--timeout", "0.3")
        self.assertEqual(trace.causes(), ["dns_dropped"])
        self.assertEqual(trace.drops[0]["cause"]["question"], {"name": "direct.lab.test.", "type": "AAAA", "class": 1})
        self.assertEqual(trace.totals["questions_unanswered"], 1)


if __name__ == "__main__":
    if reason := lacking():
        print(f"SKIP: chase_test: {reason}")
        sys.exit(SKIPPED)
    add_matrix()
    unittest.main()
