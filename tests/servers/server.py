"""A real server under test: its ports, its process, its own log, and what it is known to do differently.

Every server writes its access log as lines "PORT STATUS RESUMED TARGET": the client's port, by which connections are told
apart, and whether it resumed a TLS session. Servers start in parallel on ports that nobody else uses.
"""
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import certificates
from content import sha

LIMIT_S = 25
_lock = threading.Lock()
_taken = set()


class Skip(Exception):
    """This server or proxy cannot be had here; says why."""


def free_port():
    """Below the range from which systems take ports for outgoing connections, so that none of those is in the way."""
    with _lock:
        while True:
            port = random.randrange(12_000, 30_000)
            if port in _taken:
                continue
            try:
                socket.create_server(("127.0.0.1", port)).close()
            except OSError:
                continue
            _taken.add(port)
            return port


def program(*names):
    """The first of these programs that is installed."""
    for name in names:
        found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if found:
            return found
    raise Skip(f"{names[0]} is not installed")


def until(what, good):
    """Polls something that cannot be waited for: another process's log or port."""
    end = time.monotonic() + LIMIT_S
    while True:
        found = good()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {LIMIT_S} s for: {what}")
        time.sleep(0.01)


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Process:
    """A program that serves until it is told to end."""

    all = []  # so that none is left behind when the tests are ended early

    def __init__(self, place, *command, env=None):
        self.output = open(place / "output.txt", "ab")
        self.path = place / "output.txt"
        self.process = subprocess.Popen(command, cwd=place, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output,
                                        env={**os.environ, **(env or {})}, start_new_session=True)
        Process.all.append(self)

    def ready(self, *ports):
        for port in ports:
            until(f"port {port} of {self.process.args[0]}", lambda p=port: self._alive() and listening(p))

    def _alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.process.args[0]} ended at its start: {self.text()[-400:]}")
        return True

    def text(self):
        return self.path.read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """All of it, at once: as when a machine goes down."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


class Server:
    """Base of the servers. `lacks` names cases that make no sense for one; `facts` says where it may differ."""

    name = "?"
    lacks = frozenset()
    codings = []  # content codings that it makes
    facts = {}
    idle_s = 0.1  # after which the port "short" closes a connection
    early_headers = True  # it passes on the headers of an answer whose body is silent
    sees_silent_abort = False  # it sees that we have gone while it has nothing to write
    # It answers an expectation before it has read the body: from its own rules, and from what is behind it.
    limits_before_body = True
    refuses_before_body = True
    # Statuses with which it may refuse what is too long, and an expectation that cannot be met.
    DEFAULTS = {"long target": {414}, "long field": {431, 400}, "unmet expectation": {417}, "wrong range": {416}}

    def __init__(self, content, origin):
        self.content = content
        self.origin = origin
        self.place = content.place(self.name)
        self.log = self.place / "access.log"
        # short: connections idle for 100 ms are closed, as are those that have carried five requests.
        self.http, self.tls12, self.tls13, self.short = (free_port() for _ in range(4))
        self.certificate, self.key = certificates.pair("localhost")
        self.process = None

    @property
    def ports(self):
        return [self.http, self.short] + ([] if "https" in self.lacks else [self.tls12, self.tls13])

    def may(self, what):
        return self.facts.get(what, self.DEFAULTS[what])

    def bases(self):
        """Name and URL of each way in."""
        yield "http", f"http://127.0.0.1:{self.http}"
        if "https" not in self.lacks:
            yield "TLS 1.2", f"https://localhost:{self.tls12}"
            yield "TLS 1.3", f"https://localhost:{self.tls13}"

    def write(self, name, text):
        path = self.place / name
        path.write_text(text)
        path.chmod(0o644)
        return str(path)

    def start(self):
        self.process = self.launch()
        self.process.ready(*self.ports)
        return self

    def launch(self):
        raise NotImplementedError

    def stop(self):
        if self.process:
            self.process.kill()

    def log_lines(self, tag, count=1):
        """(port, status, resumed) of every request with this tag, when there are so many."""
        return until(f"{count} lines with {tag} in the log of {self.name}", lambda: self._lines(tag, count))

    def read_lines(self, tag):
        """As log_lines, without waiting."""
        return self._lines(tag, 0) or []

    def until_deaf(self):
        """Waits until it takes no new connections."""
        until(f"{self.name} to stop listening", lambda: not listening(self.http))

    def _lines(self, tag, count):
        lines = self.read_log() if self.log.exists() else []
        found = [line[:3] for line in lines if f"t={tag}" in re.split("[&?]", line[3])]
        return found if len(found) >= count else None

    def read_log(self):
        return [line.split(" ", 3) for line in self.log.read_text(errors="replace").splitlines() if line.count(" ") >= 3]

    @staticmethod
    def digest(data):
        return sha(data)
