"""Real servers and real proxies: starts them, drives each through every case that makes sense for it, prints a table.

    tests/servers/run [WORD...]     only cases and servers whose "server way case" contains all of the words

All run on loopback, at the same time, from configurations in a temporary folder. What cannot be had is skipped and said.
"""
import concurrent.futures
import os
import pathlib
import signal
import sys
import threading
import time
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cli")]

import certificates  # noqa: E402
import driver  # noqa: E402
import core_cases, upload_cases, live_cases  # noqa: E401,E402,F401
from apache import Apache  # noqa: E402
from caddy import Caddy  # noqa: E402
from case import CASES, COUNTS, MEANINGS, Case, count  # noqa: E402
from content import SEED, Content  # noqa: E402
from haproxy import HaProxy  # noqa: E402
from lighttpd import Lighttpd  # noqa: E402
from nginx import Nginx  # noqa: E402
from origin import Origin  # noqa: E402
from programs import AioHttp, HttpServer, Node, OldHttpServer, Uvicorn  # noqa: E402
from proxy import Dante, MicroSocks, MitmProxy, Squid, TinyProxy  # noqa: E402
from proxy_cases import THROUGH, Through  # noqa: E402
from server import Process, Skip, free_port  # noqa: E402

SERVERS = [Nginx, Apache, HaProxy, Caddy, Lighttpd, Node, AioHttp, Uvicorn, HttpServer, OldHttpServer]
PROXIES = [TinyProxy, Squid, MitmProxy, MicroSocks, Dante]


class BehindProxies(HttpServer):
    """What the proxies are asked for; a server of its own, so that it is not ended under them."""

    name = "behind proxies"


class Results:
    """What came of each case at each server; a case that runs several ways has failed if one has."""

    def __init__(self):
        self.lock = threading.Lock()  # guards all below
        self.rows = {function.title: {} for function in CASES}
        self.passed = self.failed = 0
        self.skipped = []

    def note(self, server, way, title, trouble, seconds=0.0, promise=""):
        """server: a server, or a proxy. trouble: None where all went well."""
        with self.lock:
            self._note(server, f"{server}, {way}: {title}", title, trouble, seconds, promise)

    def _note(self, server, name, title, trouble, seconds, promise):
        cells = self.rows.setdefault(title, {})
        if trouble is None:
            self.passed += 1
            cells.setdefault(server, "ok")
            if "-v" in sys.argv:
                print(f"ok {name} ({seconds:.2f} s)", flush=True)
            return
        self.failed += 1
        cells[server] = "FAIL"
        print(f"not ok {name}: {promise}\n      " + trouble.replace("\n", "\n      ").rstrip(), flush=True)

    def skip(self, name, why):
        with self.lock:
            self.skipped.append(name)
            print(f"skip {name}: {why}", flush=True)

    def tables(self):
        """Cases down, servers or proxies across; "-": makes no sense there."""
        for kinds in (SERVERS, PROXIES):
            columns = [kind.name for kind in kinds if kind.name not in self.skipped]
            self._table(columns, {title: cells for title, cells in self.rows.items() if set(cells) & set(columns)})

    def _table(self, columns, rows):
        width = max(map(len, rows), default=0)
        print("\n" + " " * width + "  " + "  ".join(columns))
        for title, cells in rows.items():
            print(title.ljust(width) + "  " + "  ".join(cells.get(c, "-").ljust(len(c)) for c in columns))


def wanted(words, *names):
    return all(any(word in name for name in names) for word in words)


def attempt(results, function, x):
    began = time.monotonic()
    trouble = None
    try:
        function(x)
    except Exception:  # a case may fail in any way; the runner must not
        trouble = traceback.format_exc()
    results.note(x.name, x.way, function.title, trouble, time.monotonic() - began, function.__doc__)


def one_way(results, server, way, base, functions):
    """Its cases one after the other, with a driver of their own."""
    try:
        with driver.Driver(f"roots={certificates.root()}") as made:
            for function in functions:
                attempt(results, function, Case(server, way, base, made))
    except Exception:  # the driver ended badly
        results.note(server.name, way, "driver", traceback.format_exc())


def started(results, kind, *arguments):
    """A server or proxy that runs, or None. One that is there and does not start has failed."""
    try:
        return kind(*arguments).start()
    except Skip as why:
        results.skip(kind.name, why)
    except Exception:
        results.note(kind.name, "all", "start", traceback.format_exc())
    return None


def one_server(results, kind, content, origin, words):
    if not any(wanted(words, kind.name, way, f.title) for f in CASES for way in ("http", "TLS 1.2", "TLS 1.3")):
        return
    server = started(results, kind, content, origin)
    if not server:
        return
    try:
        def fits(function, way, last):
            return (function not in THROUGH and function.last == last and function.lack not in server.lacks
                    and wanted(words, server.name, way, function.title)
                    and (function.ways == "all" or (function.ways == "http") == (way == "http")))

        ways = [(way, base, [f for f in CASES if fits(f, way, False)]) for way, base in server.bases()]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda w: one_way(results, server, *w), [w for w in ways if w[2]]))
        way, base = next(iter(server.bases()))
        endings = [f for f in CASES if fits(f, way, True)]
        if endings:
            one_way(results, server, way, base, endings)
    finally:
        server.stop()


def one_proxy(results, kind, content, server, words):
    """All its cases, one after the other, before a plain server."""
    chosen = [f for f in THROUGH if wanted(words, kind.name, "proxy", f.title) and (kind.has_password or f.lack != "password")]
    proxy = started(results, kind, content) if chosen else None
    if not proxy:
        return
    try:
        with driver.Driver(f"roots={certificates.root()}") as made:
            for function in sorted(chosen, key=lambda f: f.last):
                x = Through(proxy, server, made)
                x.nowhere = free_port()
                attempt(results, function, x)
    except Exception:  # the driver ended badly
        results.note(proxy.name, "proxy", "driver", traceback.format_exc())
    finally:
        proxy.stop()


def end_early(content):
    for process in Process.all:
        process.kill()
    content.remove()
    os._exit(1)


def main(words):
    driver.build()
    print(f"seed {SEED}")
    began = time.monotonic()
    content, origin, results = Content(), Origin(), Results()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end_early(content))
    content.root_certificate = certificates.root()
    behind = BehindProxies(content, origin).start()
    try:
        with concurrent.futures.ThreadPoolExecutor(len(SERVERS) + len(PROXIES)) as pool:
            runs = [pool.submit(one_server, results, kind, content, origin, words) for kind in SERVERS]
            runs += [pool.submit(one_proxy, results, kind, content, behind, words) for kind in PROXIES]
            for run in runs:
                run.result()
    finally:
        content.remove()
    results.tables()
    count("servers", len({name for cells in results.rows.values() for name in cells}))
    for name, meaning in MEANINGS.items():
        if name in COUNTS:
            print(f"counted: {name}\t{COUNTS[name]}\t{meaning}")
    print(f"{time.monotonic() - began:.1f} s")
    print(f"{results.passed} passed, {results.failed} failed", flush=True)
    # Threads of servers in this process may still wait for clients.
    os._exit(0 if results.failed == 0 and results.passed > 0 else 1)


main([word for word in sys.argv[1:] if word != "-v"])
