#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Traffic as pods have it all day, in which nobody drops anything, for tests/e2e/quiet_test.py. Each subcommand is one
end of it. A server prints `ready` once it listens, and ends when its standard input is closed. No assertions here."""

import argparse
import concurrent.futures
import socket
import struct
import sys
import threading
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
IDLE_SECONDS = 0.3  # after which the server closes a connection that is kept alive


def serve_until_told(listeners, serve):
    def accept(listener):
        while True:
            connection = listener.accept()[0]
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    for listener in listeners:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()


def http(connection):
    """The request's path says who closes and how much later than what goes before: /client/50, /server/0, /idle/0."""
    with connection:
        try:
            request = connection.recv(4096)
            if not request:
                return
            _, who, later = request.split(b" ")[1].split(b"/")
            connection.sendall(ANSWER)
            if who == b"client":
                connection.recv(1)  # until the client has closed
            elif who == b"idle":
                connection.settimeout(IDLE_SECONDS)
                try:
                    connection.recv(1)
                except TimeoutError:
                    return
            time.sleep(int(later) / 1000)
        except OSError:
            pass  # the client went away


def http_server(arguments):
    listeners = [socket.create_server((address, arguments.port), backlog=512) for address in arguments.addresses]
    serve_until_told(listeners, http)


def request(address, port, who, later):
    with socket.create_connection((address, port), timeout=10) as connection:
        connection.sendall(b"GET /%s/%d HTTP/1.1\r\nHost: test\r\n\r\n" % (who.encode(), later))
        received = connection.recv(4096)
        while who != "client" and received:
            received = connection.recv(4096)  # until the server has closed


def curls(arguments):
    """So many requests for each pair of who closes first and how much later the server closes."""
    jobs = [(who, later) for who in ("client", "server") for later in (0, 10, 50, 100, 500)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        done = [
            pool.submit(request, arguments.address, arguments.port, who, later)
            for _ in range(arguments.count)
            for who, later in jobs
        ]
    for one in done:
        one.result()
    time.sleep(0.6)  # traffic, not a wait: the last server closes 500 ms after its client


def idle(arguments):
    """Connections that are kept alive until the server has enough of them; then the client closes, too."""
    connections = [socket.create_connection((arguments.address, arguments.port)) for _ in range(arguments.count)]
    for connection in connections:
        connection.sendall(b"GET /idle/0 HTTP/1.1\r\nHost: test\r\n\r\n")
    for connection in connections:
        while connection.recv(4096):
            pass
        connection.close()


def probe(arguments):
    """As a kubelet's tcpSocket probe: a connection that is closed at once."""
    for _ in range(arguments.count):
        socket.create_connection((arguments.address, arguments.port)).close()


def query(name, number):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", number, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def resolve(arguments):
    """As musl does: asks every resolver at once and closes after the first answer."""
    for number in range(arguments.count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(5)
            for address in arguments.addresses:
                asking.sendto(query("direct.lab.test", number), (address, 53))
            asking.recv(4096)
    time.sleep(0.1)  # traffic: the late answers are still on their way


def checksum(packet):
    total = sum(struct.unpack(f">{len(packet) // 2}H", packet))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ping(arguments):
    """By a raw socket that is closed with answers unread, its own and every other one's."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.settimeout(5)
        for number in range(arguments.count):
            echo = struct.pack(">BBHHH", 8, 0, 0, 77, number)
            echo = struct.pack(">BBHHH", 8, 0, checksum(echo), 77, number)
            raw.sendto(echo, (arguments.address, 0))
        raw.recv(4096)


def tap(arguments):
    """A packet capture too slow to read what it gets, as tcpdump on a busy node."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as capture:
        capture.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        capture.bind((arguments.interface, 0))
        print("ready", flush=True)
        sys.stdin.read()


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    for act in (http_server, curls, idle, probe, resolve, ping, tap):
        command = commands.add_parser(act.__name__)
        command.set_defaults(act=act)
        if act in (http_server, resolve):
            command.add_argument("addresses", nargs="+")
        elif act is tap:
            command.add_argument("interface")
        else:
            command.add_argument("address")
        command.add_argument("--port", type=int)
        command.add_argument("--count", type=int)
    arguments = parser.parse_args()
    arguments.act(arguments)


main()
