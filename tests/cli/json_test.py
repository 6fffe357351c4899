"""The JSON line: its exact shape, arbitrary bytes in and out, and failures of every kind."""
import os
import re
import socket
import subprocess
import tempfile

from harness import TOOL, TOP, failed, get, got, holds, run, same, sha, test, values
from servers import Server, Site, answer_with, then_close

OK = {None: answer_with(b"fine", "200 OK", "X-One: 1")}


@test
def the_line_has_exactly_this_shape():
    """Keys, order, no blanks, one line."""
    with Site(OK) as site:
        ran = run("GET", site.url(), "--json")
        expected = ('{"ok":true,"error":null,"status":200,"headers":[["content-length","4"],["x-one","1"]],"body_sha256":"%s",'
                    '"body_len":4,"chunks":1}\n' % sha(b"fine"))
        same("the line", ran.out.decode(), expected)
        same("standard error", ran.err, b"")


@test
def a_failure_before_the_headers_has_zeros():
    """Status 0, no headers, the hash of nothing."""
    line = get("http://127.0.0.1:1/")
    failed(line, "connect")
    del line["error"]
    same("the rest", line, {"ok": False, "status": 0, "headers": [], "body_sha256": sha(b""), "body_len": 0, "chunks": 0})


@test
def header_bytes_become_valid_json():
    """Valid UTF-8 stays, other bytes are Latin-1, controls and quotes are escaped."""
    cases = {
        b"caf\xc3\xa9": "caf\u00e9",
        b"caf\xe9": "caf\u00e9",
        b"\xff\xfe\x80": "\u00ff\u00fe\u0080",
        b"\xe2\x82\xac \xe2\x82": "\u20ac \u00e2\u0082",
        b"\xf0\x9f\x98\x80": "\U0001f600",
        b"\xed\xa0\x80": "\u00ed\u00a0\u0080",
        b"\xc0\xaf": "\u00c0\u00af",
        b"\xf4\x90\x80\x80": "\u00f4\u0090\u0080\u0080",
        b'say "hi" \\ bye': 'say "hi" \\ bye',
        b"a\tb": "a\tb",
    }
    fields = [b"X-%d: %s" % (i, raw) for i, raw in enumerate(cases)]
    with Site({None: answer_with(b"", "200 OK", *fields)}) as site:
        line = get(site.url())
        for i, (raw, text) in enumerate(cases.items()):
            same(f"value {raw!r}", values(line, f"x-{i}"), [text])


@test
def repeated_names_stay_apart_and_in_order():
    """set-cookie above all."""
    fields = ("Set-Cookie: a=1; Path=/", "X-Y: 1", "Set-Cookie: b=2", "x-y: 2")
    with Site({None: answer_with(b"", "200 OK", *fields)}) as site:
        same("headers", get(site.url())["headers"],
             [["content-length", "0"], ["set-cookie", "a=1; Path=/"], ["x-y", "1"], ["set-cookie", "b=2"], ["x-y", "2"]])


@test
def refused_calls_give_a_line_and_the_next_request_runs():
    """Bad URL, method and header: one line each, `invalid`, and nothing is sent for them."""
    bad = [("GET", "nonsense"), ("GET", ""), ("GET", "ftp://127.0.0.1/"), ("GET", "http://"), ("GET", "http://127.0.0.1:99999/"),
           ("GET", b"http://\xff\xfe/"), ("G ET", "{url}"), ("", "{url}"), ("GET", "{url}", "-H", "a: b\r\nc: d"),
           ("GET", "{url}", "-H", "a: b\nc: d"), ("GET", "{url}", "-H", "a b: c"), ("GET", "{url}", "-H", ": c"),
           ("GET", "{url}", "-H", "no colon"), ("GET", "{url}", "-H", b"n\xe9: c"), ("GET", "{url}", "--proxy", "nonsense://x")]
    with Site(OK) as site:
        for words in bad:
            words = [site.url() if w == "{url}" else w for w in words]
            ran = run("--json", *words)
            same("exit status", ran.status, 1)
            failed(ran.line, "invalid", "unsupported")
        same("requests that were sent", site.requests, [])
        ran = run("--json", "GET", "nonsense", "--next", "GET", site.url(), "--next", "GET", "x:y")
        same("ok", [line["ok"] for line in ran.lines], [False, True, False])


@test
def files_that_cannot_be_read_give_a_line():
    """--data-file and --cacert."""
    with Site(OK) as site:
        failed(get(site.url(), "--data-file", "/nonexistent/file"), "io")
        lines = run("--json", "GET", site.url(), "--next", "GET", site.url(), "--cacert", "/nonexistent/pem").lines
        same("lines", len(lines), 2)
        for line in lines:
            failed(line, "io")
        with tempfile.NamedTemporaryFile() as pem:
            pem.write(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
            pem.flush()
            failed(get(site.url(), "--cacert", pem.name), "invalid")
        same("requests that were sent", site.requests, [])


@test
def the_error_begins_with_a_stable_word():
    """One for each way to fail that a server can choose."""
    failed(get("http://no-such-host.invalid/", "--timeout-ms", 20000), "resolve")
    with Server(lambda wire, _: wire.wait_for_end()) as silent:
        line = get(silent.url(), "--timeout-ms", 300)
        failed(line, "timeout")
        failed(get(silent.url(scheme="https"), "--timeout-ms", 300), "timeout")
    with Site({None: then_close(b"SSH-2.0-OpenSSH_9.2\r\n")}) as site:
        failed(get(site.url()), "protocol")
    with Site({None: then_close(b"")}) as site:
        failed(get(site.url()), "io", "protocol")


@test
def a_failure_after_the_headers_keeps_them():
    """ok is false, but status, headers and the part that came are given."""
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-Kept: yes\r\n\r\nhalf"
    with Site({None: then_close(cut)}) as site:
        line = get(site.url())
        failed(line, "io", "protocol")
        same("status", line["status"], 200)
        same("header", values(line, "x-kept"), ["yes"])
        same("body", (line["body_len"], line["body_sha256"], line["chunks"]), (4, sha(b"half"), 1))


@test
def a_timeout_covers_the_body():
    """Headers and a piece, then silence."""

    def stall(_request, wire):
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npiece")
        wire.wait_for_end()

    with Site({None: stall}) as site:
        ran = run("--json", "GET", site.url(), "--timeout-ms", 400)
        failed(ran.line, "timeout")
        same("what came", (ran.line["status"], ran.line["body_len"]), (200, 5))
        holds("it ended by its timeout", 0.3 < ran.seconds < 5, ran.seconds)


@test
def arguments_may_hold_any_bytes():
    """Header values go out as they are; bytes of a URL that are not UTF-8 go out as %XX."""
    with Site(OK) as site:
        got(get(site.url().encode() + b"caf\xe9/\xc3\xa9?q=\xff", "-H", b"x-raw: \xe9\xff\x80 \xc3\xa9"), b"fine")
        same("target", site.requests[0].target, b"/caf%E9/%C3%A9?q=%FF")
        same("value", site.requests[0].values(b"x-raw"), [b"\xe9\xff\x80 \xc3\xa9"])
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(os.fsencode(folder), b"data \xff\xfe")
            with open(name, "wb") as file:
                file.write(b"\0\1\2")
            same("exit status", run("--json", "POST", site.url(), "--data-file", name).status, 0)
            same("body", site.requests[-1].body, b"\0\1\2")


@test
def header_values_lose_only_the_blanks_before_them():
    """RFC 9112, section 5: blanks around a value are not part of it."""
    with Site(OK) as site:
        got(get(site.url(), "-H", "a:1", "-H", "b: \t 2", "-H", "c:", "-H", "d: x:y: z"), b"fine")
        request = site.requests[0]
        same("values", [request.values(n) for n in (b"a", b"b", b"c", b"d")], [[b"1"], [b"2"], [b""], [b"x:y: z"]])


@test
def sha256_knows_its_vectors():
    """The vectors of FIPS 180-4, compiled in, and pieces of every size against hashlib."""
    program = b'#include "sha256.h"\nint main(void) { return sha256_self_test() ? 0 : 1; }\n'
    with tempfile.TemporaryDirectory() as folder:
        binary = folder + "/vectors"
        source = TOP / "examples" / "c"
        subprocess.run(["cc", "-std=c11", f"-I{source}", "-x", "c", "-", str(source / "sha256.c"), "-o", binary], input=program,
                       check=True)
        subprocess.run([binary], check=True)
    bodies = {f"/{n}": answer_with(bytes(range(256))[:n % 256] * (n // 200 + 1)) for n in (1, 55, 56, 63, 64, 65, 119, 120, 128, 9999)}
    with Site(bodies) as site:
        for path, answer in bodies.items():
            got(get(site.url(path)), answer.split(b"\r\n\r\n", 1)[1])


@test
def the_environment_is_not_read_for_proxies():
    """Without --proxy there is none."""
    with Site(OK) as site, socket.create_server(("127.0.0.1", 0)) as dead:
        proxy = f"http://127.0.0.1:{dead.getsockname()[1]}"
        env = {name: proxy for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")}
        got(get(site.url(), "--timeout-ms", 5000, env=env), b"fine")


@test
def lines_come_while_the_process_runs():
    """A line is written when its request is over, not at the end of the process."""

    def stall(_request, wire):
        wire.wait_for_end()

    with Site({"/stall": stall, None: answer_with(b"fine")}) as site:
        words = [TOOL, "--json", "GET", site.url(), "--next", "GET", site.url("/stall")]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            first = process.stdout.readline()
            process.kill()
            holds("the first line is there", re.match(rb'{"ok":true,', first), first)
