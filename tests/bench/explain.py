#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How fast `explain` reads an event file of 2 GiB and a cluster's policies, and in how much memory. Prints lines as
overhead.py does."""

import os
import pathlib
import subprocess
import sys

CNAMEDROP = os.environ["CNAMEDROP"]
MAKE_TRACE = os.environ["MAKE_TRACE"]
BYTES = 2 << 30
POLICIES = 2000
# One of a List as kubectl prints it, with an annotation that makes it more than 1 KB.
POLICY = """- apiVersion: cilium.io/v2
  kind: CiliumNetworkPolicy
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: "{padding}"
    name: policy-{number}
    namespace: team-{team}
  spec:
    endpointSelector:
      matchLabels:
        app: app-{number}
    egress:
    - toEndpoints:
      - matchLabels:
          k8s-app: kube-dns
      toPorts:
      - ports:
        - port: "53"
          protocol: ANY
        rules:
          dns:
          - matchPattern: "*"
    - toFQDNs:
      - matchName: api{number}.example.com
      - matchPattern: "*.svc{number}.example.com"
      toPorts:
      - ports:
        - port: "443"
          protocol: TCP
"""
FOUNDING_CASE = pathlib.Path(__file__).resolve().parents[1] / "data/traces/kong_a3_cname60.jsonl"


def report(what, measured, unit, goal, better):
    print(what, f"{measured:.0f}", unit, better, goal, sep="\t", flush=True)


def explain(*arguments):
    """Seconds of processor time, and MiB at the most."""
    with subprocess.Popen([CNAMEDROP, "explain", *arguments], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"explain ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    file = pathlib.Path(sys.argv[1]) / "trace.jsonl"
    subprocess.run([MAKE_TRACE, file, str(BYTES)], check=True)
    seconds, mebibytes = explain(file)
    report("explain reads", file.stat().st_size / 1e6 / seconds, "MB/s", 300, "more")
    report("explain, memory for 2 GiB", mebibytes, "MiB", 128, "less")

    dump = pathlib.Path(sys.argv[1]) / "policies.yaml"
    with dump.open("w", encoding="utf-8") as out:
        out.write("apiVersion: v1\nkind: List\nitems:\n")
        for number in range(POLICIES):
            out.write(POLICY.format(number=number, team=number % 200, padding="x" * 500))
    seconds, mebibytes = explain(FOUNDING_CASE, "--policy", dump)
    report(f"explain with {POLICIES} policies", seconds * 1000, "ms", 1000, "less")
    report(f"explain, memory for {POLICIES} policies", mebibytes, "MiB", 64, "less")


main()
