#!/usr/bin/env python3
"""kill -9 on a hub while it takes messages for an absent subscriber: bench/kill-sessions.py [KILLS] [HUB_DLL]

Each round a client with a will connects, a publisher sends QoS 1 messages, and the hub is killed in between. After the next start
every acknowledged message must wait for the subscriber, and the will must be there. Prints a line a round and the sum.
"""
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time

kills = int(sys.argv[1]) if len(sys.argv) > 1 else 5
dll = sys.argv[2] if len(sys.argv) > 2 else "Hub/bin/Debug/net10.0/hub.dll"
MOST = 9_000  # a round stays below the queue of one session
folder = tempfile.mkdtemp(prefix="hub-kill-sessions-")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


port, web = free_port(), free_port()


def start():
    settings = {"DataDir": folder + "/data", "Mqtt__Port": str(port), "Http__Port": str(web), "Bind": "127.0.0.1", "Mqtt__Anonymous": "true"}
    hub = subprocess.Popen(
        ["dotnet", dll, "run"], env={**os.environ, **{"Hub__" + k: v for k, v in settings.items()}},
        stdout=open(folder + "/log", "ab"), stderr=subprocess.STDOUT)
    while hub.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return hub
        except OSError:
            time.sleep(0.05)
    sys.exit(f"the hub does not start: {folder}/log")


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


def packet(first, body):
    length, out = len(body), bytes([first])
    while True:
        length, digit = length // 128, length % 128
        out += bytes([digit | (0x80 if length else 0)])
        if not length:
            return out + body


class Client:
    def __init__(self, name, clean, will=None):
        self.line, self.rest = socket.create_connection(("127.0.0.1", port)), b""
        flags = (2 if clean else 0) | (0x24 if will else 0)
        self.send(packet(0x10, text("MQTT") + bytes([4, flags]) + b"\0\0" + text(name) + (text(will) + text("gone") if will else b"")))
        answer = self.read(30)
        assert answer and answer[0] == 0x20 and answer[3] == 0, answer
        self.present = answer[2] == 1

    def send(self, what):
        self.line.sendall(what)

    def subscribe(self, filter_, qos):
        self.send(packet(0x82, b"\0\1" + text(filter_) + bytes([qos])))
        assert self.read(30)[4] == qos

    def read(self, patience):
        """The next packet; None when nothing came in time."""
        self.line.settimeout(patience)
        while True:
            end = 2 if len(self.rest) < 2 or self.rest[1] < 128 else 3
            if len(self.rest) >= end:
                length = self.rest[1] if end == 2 else (self.rest[1] & 127) + 128 * self.rest[2]
                if len(self.rest) >= end + length:
                    whole, self.rest = self.rest[:end + length], self.rest[end + length:]
                    return whole
            try:
                more = self.line.recv(65536)
            except socket.timeout:
                return None
            if not more:
                raise ConnectionResetError
            self.rest += more


hub = start()
absent = Client("absent", clean=False)
absent.subscribe("kill/#", 1)
absent.line.close()
number, acknowledged, received, wills = 0, set(), set(), 0
for round_ in range(kills):
    watched = Client(f"watched-{round_}", clean=True, will=f"will/{round_}")
    sender = Client("sender", clean=True)
    die, last, alive = time.time() + random.uniform(0.1, 1.0), number + MOST, True
    try:
        while number < last:
            if alive and time.time() > die:
                hub.kill()
                alive = False
            batch = list(range(number + 1, number + 21))
            number = batch[-1]
            for n in batch:
                sender.send(packet(0x32, text("kill/t") + struct.pack(">H", n % 60000 + 1) + str(n).encode()))
            for n in batch:
                assert sender.read(30)[0] == 0x40
                acknowledged.add(n)
    except OSError:
        pass
    hub.kill()
    hub.wait()
    hub = start()
    absent = Client("absent", clean=False)
    assert absent.present, "the session is gone"
    while (message := absent.read(2)) is not None:
        head = 2 if message[1] < 128 else 3
        at = head + 2 + int.from_bytes(message[head:head + 2], "big")
        received.add(int(message[at + 2:]))
        absent.send(packet(0x40, message[at:at + 2]))
    absent.line.close()
    time.sleep(5)
    watcher = Client("watcher", clean=True)
    watcher.subscribe(f"will/{round_}", 0)
    wills += watcher.read(5) is not None
    watcher.line.close()
    print(f"kill {round_ + 1}: {len(acknowledged)} acknowledged, {len(received)} received, lost: {len(acknowledged - received)}, wills: {wills} of {round_ + 1}", flush=True)
hub.terminate()
hub.wait()
sys.exit(1 if acknowledged - received or wills < kills else 0)
