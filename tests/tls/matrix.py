"""The matrix's rows: each is a test of its own, a server of its own and one run of the command-line tool."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from authority import root_path  # noqa: E402
from harness import TESTS, get, got, holds, same  # noqa: E402
from tls_server import BODY, Secure, context  # noqa: E402

COUNTS = {"good": 0, "bad": 0}


def add(module, name, function, promise):
    function.__name__, function.__module__, function.__doc__ = name, module, promise
    TESTS.append(function)


def url(server, host="localhost"):
    return server.url(scheme="https", host=host)


def ask(server, *options, host="localhost", trust=True):
    """One GET; a name that is none of this machine's leads to it all the same."""
    if host != "localhost" and not host[0].isdigit() and host[0] != "[":
        options = ("--resolve", f"{host}:{server.port}=127.0.0.1", *options)
    if trust:
        options = ("--cacert", root_path(), *options)
    return get(url(server, host), "--no-follow", "--timeout-ms", 20000, *options)


def refused(line, word, *sentences):
    """The request failed with this word, and the sentence has all these words."""
    same("ok", line["ok"], False)
    found, _, sentence = line["error"].partition(": ")
    same("kind of error", (found, sentence), (word, sentence))
    for words in sentences:
        holds(f"the sentence says {words!r}", words in sentence, sentence)


def good(name, chain, host="localhost", options=(), listen="127.0.0.1", **server):
    """A row that is accepted. `chain` makes what the server sends."""
    COUNTS["good"] += 1

    def row():
        with Secure(context(chain(), **server), host=listen) as site:
            got(ask(site, *(options() if callable(options) else options), host=host), BODY)
            same("requests", site.requests, 1)

    add("good", name, row, "Accepted.")


def bad(name, chain, says, word="certificate", host="localhost", options=(), trust=True, **server):
    """A row that is refused with this sentence, before the server has seen a request."""
    COUNTS["bad"] += 1

    def row():
        with Secure(context(chain(), **server)) as site:
            refused(ask(site, *options, host=host, trust=trust), word, says)
            same("requests", site.requests, 0)

    add("bad", name, row, f"Refused as {word}: {says}")
