"""The tool against the scripted server of ffi-tests, which speaks TLS and is several kinds of proxy."""
import atexit
import functools
import http.client as http_client
import os
import subprocess
import tempfile
import threading
import urllib.parse

from harness import CLEAN, TOOL, TOP, failed, get, got, holds, run, same, test, values

_lock = threading.Lock()


@functools.cache
def _start():
    program = TOP / "build" / "server" / "release" / "scripted-server"
    folder = tempfile.TemporaryDirectory()
    process = subprocess.Popen([program, "--ca", folder.name + "/ca.pem"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    word, *fields = process.stdout.readline().split()
    same("the server says", word, "ready")

    def stop():
        process.stdin.close()
        process.wait(timeout=10)
        folder.cleanup()

    atexit.register(stop)
    return {**dict(f.split("=", 1) for f in fields), "ca": folder.name + "/ca.pem"}


def server():
    """The ports of the one server, and the path of its authority's certificate."""
    with _lock:
        return _start()


def http(path):
    return f"http://127.0.0.1:{server()['http']}{path}"


def https(path, port="https"):
    return f"https://localhost:{server()[port]}{path}"


def open_gate(name):
    connection = http_client.HTTPConnection("127.0.0.1", int(server()["http"]), timeout=30)
    connection.request("GET", "/_open/" + name)
    same("the gate", connection.getresponse().status, 200)
    connection.close()


def event_by_event(base, coding, count):
    """The chunks that the report shows, when the server sends each event only after the one before has been shown."""
    gate = f"cli-{os.getpid()}-{base.__name__}-{coding}"
    steps = ["status 200 OK", "field content-type: text/event-stream", *([f"field content-encoding: {coding}"] if coding else []), "chunked",
             "head-end", *([f"encode {coding}"] if coding else [])]
    for n in range(count):
        steps += [f"body data: {n}\\n\\n", f"gate {gate}-{n}"]
    path = "/script?" + "&".join(urllib.parse.quote(step, safe="") for step in [*steps, "end"])
    words = [TOOL, "GET", base(path), "--compressed", "--cacert", server()["ca"]]
    shown = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=CLEAN) as tool:
        for line in tool.stdout:
            if line.startswith("#"):
                open_gate(f"{gate}-{len(shown)}")
                shown.append(line)
    same("exit status", tool.returncode, 0)
    return shown


@test
def a_stream_comes_event_by_event():
    """Each of ten events is shown before the next one is sent, coded or not, by TLS or not: as a chunk of its own."""
    for base, coding in ((http, ""), (http, "gzip"), (http, "br"), (http, "deflate"), (https, "")):
        shown = event_by_event(base, coding, 10)
        same(f"chunks of {coding or 'plain'}", len(shown), 10)
        for n, line in enumerate(shown):
            holds("the event", f"data: {n}" in line, line)


@test
def tls_by_the_given_root():
    """Good, expired, for another host, by a stranger."""
    trust = ("--cacert", server()["ca"])
    got(get(https("/hello"), *trust), b"Hello, world!\n")
    for port in ("expired", "wrong-host", "untrusted"):
        failed(get(https("/hello", port), *trust), "certificate")
    failed(get(https("/hello")), "certificate")


@test
def the_same_bytes_by_every_road():
    """Direct, by a proxy in both ways, by SOCKS, by TLS through each."""
    ports = server()
    proxies = [(), ("--proxy", f"http://127.0.0.1:{ports['proxy']}"),
               ("--proxy", f"http://127.0.0.1:{ports['proxy']}", "--proxytunnel"),
               ("--proxy", f"http://user:pass%20word@127.0.0.1:{ports['proxy-auth']}"),
               ("--proxy", f"http://user:pass%20word@127.0.0.1:{ports['proxy-auth']}", "--proxytunnel"),
               ("--proxy", f"socks5://127.0.0.1:{ports['socks']}"),
               ("--proxy", f"socks5://user:pass%20word@127.0.0.1:{ports['socks-auth']}")]
    hashes = set()
    for proxy in proxies:
        for url in (http("/bytes/300000"), http("/chunked/300000?size=777"), https("/bytes/300000")):
            line = get(url, "--cacert", ports["ca"], *proxy)
            same(f"error for {url} {proxy}", line["error"], None)
            same("length", line["body_len"], 300000)
            hashes.add(line["body_sha256"])
    same("different bodies", len(hashes), 1)


@test
def credentials_that_are_wrong():
    """`proxy`, for HTTP tunnels and SOCKS; an HTTP proxy's 407 to a plain request is its answer."""
    ports = server()
    for login in ("", "user:wrong@"):
        failed(get(https("/hello"), "--proxy", f"http://{login}127.0.0.1:{ports['proxy-auth']}"), "proxy")
        failed(get(http("/hello"), "--proxy", f"socks5://{login}127.0.0.1:{ports['socks-auth']}"), "proxy")
        same("status", get(http("/hello"), "--proxy", f"http://{login}127.0.0.1:{ports['proxy-auth']}")["status"], 407)


@test
def servers_that_do_not_answer():
    """Refused, accepted and silent, silent in the TLS handshake."""
    ports = server()
    failed(get(f"http://127.0.0.1:{ports['refused']}/"), "connect")
    for scheme in ("http", "https"):
        ran = run("--json", "GET", f"{scheme}://localhost:{ports['silent']}/", "--timeout-ms", 300)
        failed(ran.line, "timeout")
        holds("it ended by its timeout", 0.2 < ran.seconds < 5, ran.seconds)
    failed(get(f"http://127.0.0.1:{ports['blackhole']}/", "--timeout-ms", 300), "timeout", "connect")


@test
def a_bomb_is_only_counted():
    """A hundred megabytes of zeros in a hundred kilobytes of gzip stream through."""
    size = 100 << 20
    steps = ["status 200 OK", "chunked", "field content-encoding: gzip", "head-end", "encode gzip", f"zeros {size}", "end"]
    line = get(http("/script?" + "&".join(urllib.parse.quote(s) for s in steps)), "--compressed")
    got(line, bytes(size))


@test
def uploads_arrive_whole():
    """The server counts and hashes what it reads."""
    body = bytes(range(256)) * 1000
    digest = 0xCBF29CE484222325
    for byte in body:
        digest = (digest ^ byte) * 0x100000001B3 % (1 << 64)
    line = run("--json", "POST", http("/sink"), "--data-file", "-", stdin=body).line
    got(line, f"bytes={len(body)} fnv1a={digest:016x}\n".encode())
