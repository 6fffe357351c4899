"""What a case works with: one way into one server, a driver, fresh clients and tags; and how cases are declared and counted."""
import itertools
import json
import threading

import certificates
from content import FILES
from harness import got, run, same

CASES = []
_numbers = itertools.count(1)
_lock = threading.Lock()
COUNTS = {}
MEANINGS = {
    "tool": "requests to real servers and proxies by the command-line example, each answer's status, framing and SHA-256 checked",
    "driver": "requests to real servers and proxies over the C API, each with exactly one completion, as it should be",
    "compared": "bytes of bodies whose SHA-256 was compared",
    "decoded": "bodies undone that a server had coded with gzip, deflate, br or zstd",
    "too long": "requests that a server refused by 414, 431 or 400 before it had read them; each gave the status, not an error",
    "race POST": "POSTs sent just when the server closes its idle connection, that were answered; none was done twice",
    "race POST, failed": "POSTs of this kind that failed because the server had closed; they may not be repeated (RFC 9110 9.2.2)",
    "race GET": "GETs around the moment when the server closes its idle connection; all were answered",
    "events": "events of streams that were delivered before the server had the next one to send",
    "aborted": "uploads and streams that were aborted; the streams' ends were seen by the server",
    "at once": "requests of which 64 were started at once on one client",
    "resumed": "TLS sessions resumed, by the servers' own logs",
    "graceful": "servers told to reload or to end while a stream ran; each stream ended whole",
    "killed": "servers killed with SIGKILL while a stream ran; each stream failed at once with a sentence",
    "servers": "real servers and proxies that took part",
    "refused": "requests with a wrong password or none that a proxy refused",
    "proxies killed": "proxies killed with SIGKILL while a stream ran; each stream failed at once with a sentence",
    "early 413": "answers of 413 that came while the body was being sent, and were delivered",
}


def count(name, number=1):
    with _lock:
        COUNTS[name] = COUNTS.get(name, 0) + number


def case(ways="all", lack=None, last=False):
    """Declares a case. Its docstring is what it promises. ways: "all", "http" or "https" of a server; lack: the word in
    a server's `lacks` that rules it out; last: it ends the server, so it runs alone, after the others."""

    def declare(function):
        function.ways, function.lack, function.last = ways, lack or function.__name__, last
        function.title = function.__name__.replace("_", " ")
        CASES.append(function)
        return function

    return declare


class Case:
    """One way into one server."""

    def __init__(self, server, way, base, driver):
        self.server = server
        self.name = server.name
        self.way = way
        self.base = base
        self.driver = driver
        self.content = server.content
        self.origin = server.origin

    @staticmethod
    def tag():
        return f"tag{next(_numbers)}"

    def url(self, path, tag=None):
        return f"{self.base}{path}" + (f"?t={tag}" if tag else "")

    def short(self, path, tag):
        return f"http://127.0.0.1:{self.server.short}{path}?t={tag}"

    def client(self, *options):
        """A client of its own: no connection of another case is open in it."""
        name = f"client{next(_numbers)}"
        self.driver.client(name, f"roots={certificates.root()}", *options)
        return name

    def tool(self, *words):
        """Runs the command-line example; its lines, one for each request."""
        ran = run(*words, "--json", "--cacert", certificates.root())
        lines = ran.lines
        same("exit status", ran.status, 0 if all(line["ok"] for line in lines) else 1)
        count("tool", len(lines))
        return lines

    def go(self, method, url, *options, client="main"):
        count("driver")
        return self.driver.go(method, url, *options, client=client)

    def get(self, url, *options, **more):
        return self.go("GET", url, *options, **more).done()

    def good(self, event, status=200):
        same("status", (event["status"], event.get("http")), ("REQTASK_OK", status))
        return event

    def body_is(self, event, data, status=200):
        self.good(event, status)
        same("length and SHA-256", (event["len"], event["sha256"]), (len(data), self.server.digest(data)))
        count("compared", len(data))
        return event

    def got(self, line, name, status=200):
        """The tool's line is this file, whole."""
        got(line, FILES[name], status)
        count("compared", len(FILES[name]))

    def small(self, client="main"):
        """A small request goes well: what happened before did no harm."""
        return self.body_is(self.get(self.url("/small.txt"), client=client), FILES["small.txt"])

    def echo(self, method, url, *options, client="main", status=200):
        """What a server that tells what it has received has received."""
        path = self.content.folder / f"echo{next(_numbers)}"
        self.good(self.go(method, url, f"save={path}", *options, client=client).done(), status)
        told = json.loads(path.read_bytes())
        path.unlink()
        return told


def field(event, name):
    """All values of a header."""
    return [value for key, value in event["headers"] if key == name]
