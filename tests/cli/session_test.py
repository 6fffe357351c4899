"""What the requests of one command line share: connections and the cookie jar; and uploads."""
import os
import tempfile

from harness import get, got, holds, run, same, sha, test
from servers import Site, answer_with, then_close


def chain(*urls):
    words = []
    for url in urls:
        words += ["--next", "GET", url] if words else ["GET", url]
    return words


@test
def connections_are_reused():
    """Three requests, one connection; also behind chunked bodies and errors."""
    chunked = b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    with Site({"/c": chunked, None: answer_with(b"fine")}) as site:
        ran = run("--json", *chain(site.url(), site.url("/c"), site.url()))
        same("all went well", ran.status, 0)
        same("connections", [r.connection for r in site.requests], [1, 1, 1])


@test
def connection_close_is_obeyed():
    """An answer that ends its connection is followed by a new one."""
    with Site({None: answer_with(b"fine", "200 OK", "Connection: close")}) as site:
        same("all went well", run("--json", *chain(site.url(), site.url())).status, 0)
        same("connections", [r.connection for r in site.requests], [1, 2])


@test
def a_connection_closed_behind_our_back_is_retried():
    """The server closes an idle connection without a word; the next request still succeeds."""
    with Site({"/last": then_close(answer_with(b"last")), None: answer_with(b"fine")}) as site:
        ran = run("--json", *chain(site.url(), site.url("/last"), site.url()))
        same("all went well", [line["error"] for line in ran.lines], [None] * 3)
        same("connections", [r.connection for r in site.requests], [1, 1, 2])


@test
def a_connection_closed_on_the_next_request_is_retried():
    """The server reads the second request on a connection and closes it without an answer."""

    def second_is_dropped(request, wire):
        if request.connection == 1 and request.target == b"/again":
            wire.close()
        return answer_with(b"fine")

    with Site({None: second_is_dropped}) as site:
        ran = run("--json", *chain(site.url(), site.url("/again")))
        same("all went well", [line["error"] for line in ran.lines], [None] * 2)
        same("connections", [r.connection for r in site.requests], [1, 1, 2])


@test
def the_jar_keeps_cookies():
    """With --cookies: sent back by path, replaced, deleted by Max-Age=0."""
    routes = {
        "/set": answer_with(b"", "200 OK", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2; Path=/deep", "Set-Cookie: c=3"),
        "/change": answer_with(b"", "200 OK", "Set-Cookie: a=9; Path=/", "Set-Cookie: c=; Max-Age=0"),
        None: answer_with(b""),
    }
    with Site(routes) as site:
        run("--cookies", "--json", *chain(*(site.url(p) for p in ("/set", "/x", "/deep/x", "/change", "/x"))))
        sent = [b"; ".join(r.values(b"cookie")) for r in site.requests]
        same("cookies sent", [sorted(c.split(b"; ")) if c else [] for c in sent],
             [[], [b"a=1", b"c=3"], [b"a=1", b"b=2", b"c=3"], [b"a=1", b"c=3"], [b"a=9"]])


@test
def cookies_of_a_redirect_are_kept():
    """Set by the 302, sent to where it leads."""
    with Site({"/in": answer_with(b"", "302 Found", "Location: /home", "Set-Cookie: s=1"), "/home": answer_with(b"hi")}) as site:
        got(get(site.url("/in"), "--cookies"), b"hi")
        same("cookie", site.requests[1].values(b"cookie"), [b"s=1"])


@test
def without_the_option_there_is_no_jar():
    """Set-Cookie is reported, not kept; a Cookie header of the caller's is sent."""
    with Site({None: answer_with(b"", "200 OK", "Set-Cookie: a=1")}) as site:
        run("--json", *chain(site.url(), site.url()), "-H", "Cookie: mine=1")
        same("cookies", [r.values(b"cookie") for r in site.requests], [[], [b"mine=1"]])


@test
def bodies_are_sent_byte_for_byte():
    """From a file and from standard input, binary, empty and large."""
    large = os.urandom(3_000_000)
    with Site({None: answer_with(b"ok")}) as site, tempfile.NamedTemporaryFile() as file:
        for body in (b"", b"\0\r\n\xff" * 5, large):
            file.seek(0)
            file.truncate()
            file.write(body)
            file.flush()
            for method in ("POST", "PUT", "PATCH"):
                same(f"{method} from a file", run("--json", method, site.url(), "--data-file", file.name).status, 0)
                same("method", site.requests[-1].method, method.encode())
                same("the body's hash", sha(site.requests[-1].body), sha(body))
                same("content-length", site.requests[-1].values(b"content-length"), [b"%d" % len(body)])
            same("from standard input", run("--json", "POST", site.url(), "--data-file", "-", stdin=body).status, 0)
            same("the body's hash", sha(site.requests[-1].body), sha(body))


@test
def post_without_a_body_says_so():
    """content-length: 0 (RFC 9110, section 8.6); a GET says nothing."""
    with Site({None: answer_with(b"ok")}) as site:
        run("--json", "POST", site.url(), "--next", "GET", site.url())
        same("content-length", [r.values(b"content-length") for r in site.requests], [[b"0"], []])


@test
def methods_are_sent_as_given():
    """OPTIONS, DELETE and one of somebody's own."""
    with Site({None: answer_with(b"ok")}) as site:
        for method in ("OPTIONS", "DELETE", "PURGE"):
            line = run("--json", method, site.url()).line
            holds(f"{method} is sent or refused", line["ok"] or line["error"].startswith(("invalid: ", "unsupported: ")), line)
            if method != "PURGE" or line["ok"]:
                same("method", site.requests[-1].method, method.encode())


@test
def an_early_answer_to_an_upload_is_reported():
    """413 while the body is still being sent, then the connection closes: the answer counts."""

    def talk(wire, _):
        wire.until(b"\r\n\r\n")
        wire.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        # Whoever closes with unread bytes resets the connection; a polite server reads what is on its way.
        wire.wait_for_end()

    from servers import Server

    with Server(talk) as server:
        ran = run("--json", "POST", server.url(), "--data-file", "-", "--timeout-ms", 8000, stdin=b"x" * 5_000_000)
        got(ran.line, b"big", 413)
