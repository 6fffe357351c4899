"""Several hosts on this machine: names by --resolve, two ports for http and two for https, the default ports where they can be had."""
import contextlib
import os
import urllib.parse

import certificates
from harness import run
from servers import Site, answer_with

NAMES = ("a.test", "sub.a.test", "b.test", "xn--bcher-kva.test", "a.test.")
# Addresses of our own, so that nobody else on this machine has their ports 80 and 443.
_own = (f"127.{1 + os.getpid() % 250}.{1 + os.getpid() // 250 % 250}.{n}" for n in range(1, 255))


def leads(url, code=302, *fields):
    """A path that redirects to `url`."""
    query = urllib.parse.urlencode({"to": url, "code": code, "field": "\n".join(fields)})
    return "/go?" + query


def _answer(request, _wire):
    path, _, query = request.target.partition(b"?")
    asked = urllib.parse.parse_qs(query.decode())
    fields = [f for f in asked.get("field", [""])[0].split("\n") if f]
    if path == b"/go":
        return answer_with(b"", asked["code"][0] + " Moved", "Location: " + asked["to"][0], *fields)
    return answer_with(b"here", "200 OK", *fields)


class Hosts:
    """The sites, and every request that came to any of them, in order."""

    def __init__(self, stack):
        self.requests = []

        def answer(request, wire):
            self.requests.append(request)
            return _answer(request, wire)

        tls = certificates.context(*NAMES[:4], "localhost")
        self.http = [stack.enter_context(Site({None: answer})) for _ in range(2)]
        self.https = [stack.enter_context(Site({None: answer}, tls)) for _ in range(2)]
        self.defaults = False
        own = next(_own)
        try:
            stack.enter_context(Site({None: answer}, at=(own, 80)))
            stack.enter_context(Site({None: answer}, tls, at=(own, 443)))
            self.defaults = True
        except OSError as why:
            print(f"skip: the default ports cannot be had: {why}")
        self.options = ["--cacert", certificates.root()]
        for name in NAMES:
            for site in self.http + self.https:
                self.options += ["--resolve", f"{name}:{site.port}=127.0.0.1"]
            for port in (80, 443):
                self.options += ["--resolve", f"{name}:{port}={own}"]

    def run(self, asks, *options):
        """Runs requests, (method, url, options...) each, in one process; the lines, and what the sites saw."""
        del self.requests[:]
        words = list(options)
        for n, ask in enumerate(asks):
            words += (["--next"] if n else []) + list(ask)
        lines = run("--json", *self.options, *words, timeout=120).lines
        return lines, list(self.requests)


@contextlib.contextmanager
def hosts():
    with contextlib.ExitStack() as stack:
        yield Hosts(stack)


def origins(of):
    """(label, url prefix): equal labels are one origin."""
    h1, h2, s1, s2 = (site.port for site in of.http + of.https)
    table = [
        ("h a 1", f"http://a.test:{h1}"),
        ("h a 1", f"HTTP://A.Test:{h1}"),
        ("h a 1", f"http://%61.test:{h1}"),
        ("h a 2", f"http://a.test:{h2}"),
        ("h a. 1", f"http://a.test.:{h1}"),
        ("h sub 1", f"http://sub.a.test:{h1}"),
        ("h b 1", f"http://b.test:{h1}"),
        ("h idn 1", f"http://b\u00fccher.test:{h1}"),
        ("h idn 1", f"http://xn--bcher-kva.test:{h1}"),
        ("h ip 1", f"http://127.0.0.1:{h1}"),
        ("h ip 1", f"http://0x7f.1:{h1}"),
        ("s a 1", f"https://a.test:{s1}"),
        ("s a 2", f"https://a.test:{s2}"),
        ("s b 1", f"https://b.test:{s1}"),
    ]
    if of.defaults:
        table += [
            ("h a 80", "http://a.test"),
            ("h a 80", "http://a.test:80"),
            ("s a 443", "https://a.test"),
            ("s a 443", "https://A.test:443"),
        ]
    return table
