"""The head of an answer: 1xx before it, folded lines, sizes, and nonsense."""
from harness import failed, get, got, holds, same, test, values
from servers import Site, answer_with, then_close

FINAL = answer_with(b"fine", "200 OK", "X-Final: 1")


@test
def interim_answers_are_passed_over():
    """100, 102, 103, several and with header fields; what is reported is the final answer."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    for before in (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n", hints, hints * 3,
                   b"HTTP/1.1 102 Processing\r\n\r\n" + hints):
        with Site({None: before + FINAL}) as site:
            line = get(site.url())
            holds(f"{before[:40]!r} went well", line["ok"], line)
            got(line, b"fine")
            same("headers", [k for k, _ in line["headers"]], ["content-length", "x-final"])


@test
def folded_lines_are_unfolded():
    """RFC 9112, section 5.2: a user agent replaces the fold by blanks."""
    for fold in (b"\r\n ", b"\r\n\t", b" \r\n   "):
        with Site({None: answer_with(b"fine", "200 OK", b"X-Long: one" + fold + b"two", "X-Next: 3")}) as site:
            line = get(site.url())
            holds("it went well", line["ok"], line)
            same("value", [v.split() for v in values(line, "x-long")], [["one", "two"]])
            same("next", values(line, "x-next"), ["3"])


@test
def heads_up_to_their_limits_are_read():
    """Sixty kilobytes in one field; a hundred and twenty-eight fields."""
    with Site({None: answer_with(b"fine", "200 OK", "X-Big: " + "b" * 60_000)}) as site:
        line = get(site.url())
        got(line, b"fine")
        same("value", values(line, "x-big"), ["b" * 60_000])
    with Site({None: answer_with(b"fine", "200 OK", *(f"X-{i}: {i}" for i in range(127)))}) as site:
        line = get(site.url())
        got(line, b"fine")
        same("fields", len(line["headers"]), 128)


@test
def larger_heads_are_refused():
    """By a failure that says so, not by a crash or a hang."""
    for fields in (["X-Big: " + "b" * 70_000], ["X-Big: " + "b" * 5_000_000], [f"X-{i}: {i}" for i in range(128)],
                   [f"X-{i}: {i}" for i in range(3000)]):
        with Site({None: answer_with(b"fine", "200 OK", *fields)}) as site:
            failed(get(site.url()), "too-large")


@test
def an_endless_head_is_refused():
    """A server that never stops sending fields."""

    def endless(_request, wire):
        wire.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            wire.send(b"X-More: and more\r\n" * 100)

    with Site({None: endless}) as site:
        failed(get(site.url(), "--timeout-ms", 20000), "too-large")


@test
def nonsense_is_a_protocol_error():
    """No status line, another version, a status that is no number, a field without a colon."""
    for answer in (b"\r\n\r\n", b"hello\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n",
                   b"HTTP/3.9 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
                   b"\x16\x03\x01\x02\x00" * 20):
        with Site({None: then_close(answer)}) as site:
            line = get(site.url(), "--timeout-ms", 8000)
            holds(f"{answer[:30]!r} fails", not line["ok"], line)
            failed(line, "protocol", "io")


@test
def a_head_may_come_byte_by_byte():
    """However the network cuts it."""

    def drip(_request, wire):
        for i in range(len(FINAL)):
            wire.send(FINAL[i:i + 1])

    with Site({None: drip}) as site:
        got(get(site.url()), b"fine")


@test
def a_cut_head_is_a_failure():
    """The connection ends inside it: nothing of it is reported."""
    with Site({None: then_close(b"HTTP/1.1 200 OK\r\nContent-Le")}) as site:
        line = get(site.url())
        failed(line, "io", "protocol")
        same("status and headers", (line["status"], line["headers"]), (0, []))


@test
def status_lines_without_a_reason():
    """RFC 9112, section 4: the reason may be empty; many servers leave the blank out too."""
    for first in (b"HTTP/1.1 200 ", b"HTTP/1.1 200"):
        with Site({None: first + b"\r\nContent-Length: 4\r\n\r\nfine"}) as site:
            got(get(site.url()), b"fine")
