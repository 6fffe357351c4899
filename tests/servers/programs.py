"""Servers made of a language's own HTTP library: Node's http, aiohttp, uvicorn; each a small program beside this file."""
import json
import os
import pathlib
import signal
import ssl
import subprocess

import certificates
from content import FILES
from origin import MODIFIED, Handler, OldHandler, Origin
from server import Process, Server, Skip, program

HERE = pathlib.Path(__file__).resolve().parent


class Program(Server):
    """Told by a JSON file where to listen and what to serve."""

    script = "?"
    codings = ["gzip"]

    def command(self):
        raise NotImplementedError

    def launch(self):
        orders = {"root": str(self.content.root), "files": list(FILES), "log": str(self.log), "http": self.http, "short": self.short,
                  "tls12": self.tls12, "tls13": self.tls13, "certificate": str(self.certificate), "key": str(self.key),
                  "origin": self.origin.port, "modified": MODIFIED}
        path = self.write("orders.json", json.dumps(orders))
        return Process(self.place, *self.command(), str(HERE / self.script), path, env={"PYTHONDONTWRITEBYTECODE": "1"})

    def quit(self):
        self.process.signal(signal.SIGTERM)


class Node(Program):
    name = "node"
    script = "node_server.mjs"
    codings = ["gzip", "br", "deflate"]
    lacks = frozenset({"multipart", "folder", "old backend", "reload", "rude", "until-close", "slow"})
    sees_silent_abort = True
    facts = {"long target": {431}, "long field": {431}}

    def command(self):
        return [program("node")]


def python_with(module):
    """A Python that has this module: Debian's packages belong to its own."""
    for python in dict.fromkeys([program("python3"), "/usr/bin/python3"]):
        if os.path.exists(python) and subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
            return python
    raise Skip(f"no Python has {module}")


class AioHttp(Program):
    name = "aiohttp"
    script = "aiohttp_server.py"
    lacks = frozenset({"multipart", "folder", "old backend", "reload", "rude", "until-close", "slow", "hints"})
    facts = {"long target": {400, 414}, "long field": {400, 431}}

    def command(self):
        return [python_with("aiohttp")]


class Uvicorn(Program):
    name = "uvicorn"
    script = "uvicorn_server.py"
    codings = []
    lacks = frozenset({"ranges", "multipart", "folder", "old backend", "reload", "rude", "conditional", "private", "resumption", "limits", "unmet expectation",
                       "until-close", "cut", "slow", "hints"})
    sees_silent_abort = True
    idle_s = 1.0

    def command(self):
        return [python_with("uvicorn")]


class HttpServer(Server):
    """The origin itself: Python's http.server."""

    name = "http.server"
    codings = []
    lacks = frozenset({"ranges", "multipart", "folder", "old backend", "reload", "rude", "private", "moved", "413", "resumption", "kill", "quit", "short"})
    handler = Handler
    facts = {"long": 70_000}  # a target of ours cannot be too long for it

    def launch(self):
        def secure(version):
            made = certificates.context("localhost")
            made.minimum_version = made.maximum_version = version
            return made

        tls = {self.tls12: ssl.TLSVersion.TLSv1_2, self.tls13: ssl.TLSVersion.TLSv1_3}
        hasty = type("Hasty", (self.handler,), {"timeout": 0.1})
        self.servers = [Origin(port, hasty if port == self.short else self.handler, secure(tls[port]) if port in tls else None,
                               shared=self.origin) for port in self.ports]
        return self

    def _lines(self, tag, count):
        with self.origin.changed:
            found = [(str(port), "?", ".") for port, *_ in self.origin.seen[tag]]
        return found if len(found) >= count else None

    def ready(self, *_):
        pass

    def kill(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


class OldHttpServer(HttpServer):
    """The same as an HTTP/1.0 server: every body ends with its connection or has a length."""

    name = "http.server 1.0"
    handler = OldHandler
    lacks = HttpServer.lacks | {"reuse", "https", "unmet expectation", "hints"}
