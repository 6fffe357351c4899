"""Bodies: framing, truncation, and content codings with and without --compressed."""
import base64
import gzip
import os
import zlib

from harness import failed, get, got, holds, run, same, sha, test, values
from servers import Site, answer_with, then_close

TEXT = b"The quick brown fox jumps over the lazy dog. " * 40
# TEXT by brotli 1.1 and zstd 1.5, for which Python 3.11 has no module.
BROTLI = base64.b64decode("GwcHiCwOeNPQlV2XELsXK6nK0JLMjK1BXObyNsgZnp4Ke4MNOHBIIG8kv0GnFc4cHieqKTjCqXSfBgM=")
ZSTD = base64.b64decode("KLUv/WQIBrUBANQCVGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gAQDFFv6qDNf8kxA=")


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODED = {
    "gzip": gzip.compress(TEXT), "x-gzip": gzip.compress(TEXT), "GZIP": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT), "Deflate": raw_deflate(TEXT), "br": BROTLI,
}


def chunked(*pieces, trailer=b"", extension=b""):
    body = b"".join(b"%x%s\r\n%s\r\n" % (len(p), extension, p) for p in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n" + trailer + b"\r\n"


def zstd_is_there():
    return b"zstd" in run("--caps").out


@test
def every_framing_brings_the_whole_body():
    """content-length, chunked (with extensions and trailers) and until the connection closes."""
    body = os.urandom(70_000)
    answers = {
        "length": answer_with(body),
        "chunked": chunked(body[:1], body[1:40000], body[40000:]),
        "trailer": chunked(body, trailer=b"X-Sum: 1\r\nX-More: 2\r\n"),
        "extension": chunked(body, extension=b';name="a value that is rather long";other=1'),
        "close": then_close(b"HTTP/1.1 200 OK\r\n\r\n" + body),
        "http/1.0": then_close(b"HTTP/1.0 200 OK\r\n\r\n" + body),
    }
    for name, answer in answers.items():
        with Site({None: answer}) as site:
            line = get(site.url())
            holds(f"{name} went well", line["ok"], line)
            got(line, body)


@test
def answers_without_a_body():
    """HEAD, 204, 304 and length 0: no chunk, and the connection can be used again."""
    bare = b"HTTP/1.1 %s\r\nETag: x\r\n\r\n"
    routes = {"/head": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "/204": bare % b"204 No Content",
              "/304": bare % b"304 Not Modified", "/0": answer_with(b"")}
    with Site(routes) as site:
        ran = run("--json", "HEAD", site.url("/head"), "--next", "GET", site.url("/204"), "--next", "GET", site.url("/304"),
                  "--next", "GET", site.url("/0"))
        for line, status in zip(ran.lines, (200, 204, 304, 200), strict=True):
            got(line, b"", status)
            same("chunks", line["chunks"], 0)
        same("connections", site.connections, 1)


@test
def truncated_is_never_success():
    """Whatever the framing, and what came is counted."""
    body = b"0123456789"
    for name, answer, came in [
        ("length", b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + body, body),
        ("in a chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + body, body),
        ("between chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + body + b"\r\n", body),
        ("before the last CRLF", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + body + b"\r\n0\r\n", body),
        ("no byte of it", b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b""),
    ]:
        with Site({None: then_close(answer)}) as site:
            line = get(site.url())
            holds(f"{name} fails", not line["ok"], line)
            failed(line, "io", "protocol")
            same(f"{name}: what came", (line["status"], line["body_len"], line["body_sha256"]), (200, len(came), sha(came)))


@test
def broken_framing_is_refused():
    """Bad chunk sizes, two different lengths, a length that is none."""
    head = b"HTTP/1.1 200 OK\r\n"
    for answer in (
        head + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        head + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        head + b"Content-Length: 3x\r\n\r\nabc",
        head + b"Content-Length: -3\r\n\r\nabc",
    ):
        with Site({None: then_close(answer)}) as site:
            line = get(site.url())
            holds("it fails", not line["ok"], (answer, line))
            failed(line, "protocol", "io")


@test
def without_compressed_nothing_is_offered_or_undone():
    """No Accept-Encoding; a coded body arrives as it is, with its headers."""
    for coding, coded in CODED.items():
        with Site({None: answer_with(coded, "200 OK", f"Content-Encoding: {coding}")}) as site:
            line = get(site.url())
            got(line, coded)
            same("content-encoding", values(line, "content-encoding"), [coding])
            same("offered", site.requests[0].values(b"accept-encoding"), [])


@test
def with_compressed_codings_are_undone():
    """gzip, x-gzip, both kinds of deflate, brotli, in any case; the headers stay as received."""
    for coding, coded in CODED.items():
        with Site({None: answer_with(coded, "200 OK", f"Content-Encoding: {coding}")}) as site:
            line = get(site.url(), "--compressed")
            holds(f"{coding} went well", line["ok"], line)
            got(line, TEXT)
            same("headers", (values(line, "content-encoding"), values(line, "content-length")), ([coding], [str(len(coded))]))
            offered = b",".join(site.requests[0].values(b"accept-encoding"))
            holds("gzip, deflate and br are offered", all(c in offered for c in (b"gzip", b"deflate", b"br")), offered)


@test
def zstd_where_the_build_has_it():
    """Offered and undone when --caps says so, neither when not."""
    with Site({None: answer_with(ZSTD, "200 OK", "Content-Encoding: zstd")}) as site:
        there = zstd_is_there()
        got(get(site.url(), "--compressed"), TEXT if there else ZSTD)
        same("offered", b"zstd" in b",".join(site.requests[0].values(b"accept-encoding")), there)


@test
def codings_in_a_row_and_unknown_ones():
    """Two codings are undone one after the other; identity is nothing; an unknown coding is handed through."""
    twice = gzip.compress(zlib.compress(TEXT))
    for coding, sent, expected in (("deflate, gzip", twice, TEXT), ("identity", TEXT, TEXT), ("x-mine", b"???", b"???")):
        with Site({None: answer_with(sent, "200 OK", f"Content-Encoding: {coding}")}) as site:
            line = get(site.url(), "--compressed")
            holds(f"{coding} went well", line["ok"], line)
            got(line, expected)


@test
def damaged_codings_fail():
    """Damaged, cut short, or no such coding at all."""
    good = gzip.compress(TEXT)
    flipped = good[:-6] + bytes([good[-6] ^ 0xFF]) + good[-5:]
    for coding, body in (("gzip", flipped), ("gzip", good[:-10]), ("gzip", b"plainly not gzip"), ("deflate", b"\xff\xff\xff\xff"),
                         ("br", BROTLI[:-5]), ("br", b"\xff" * 40)):
        with Site({None: answer_with(body, "200 OK", f"Content-Encoding: {coding}")}) as site:
            line = get(site.url(), "--compressed")
            holds(f"{coding} {body[:12]!r} fails", not line["ok"], line)
            failed(line, "decode", "io", "protocol")


@test
def coded_bodies_may_be_empty():
    """HEAD, 204 and length 0 with a content-encoding are no damage."""
    with Site({"/0": answer_with(b"", "200 OK", "Content-Encoding: gzip"),
               "/204": b"HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n",
               "/h": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 55\r\n\r\n"}) as site:
        got(get(site.url("/0"), "--compressed"), b"")
        got(get(site.url("/204"), "--compressed"), b"", 204)
        got(run("HEAD", site.url("/h"), "--compressed", "--json").line, b"")


@test
def flushed_pieces_come_out_one_by_one():
    """Each flush of the server is a chunk event, also inside gzip: the next is sent when the last was seen."""
    packer = zlib.compressobj(wbits=31)
    events = [b"data: %d\n\n" % i for i in range(5)]
    coded = [packer.compress(e) + packer.flush(zlib.Z_SYNC_FLUSH) for e in events]
    end = packer.flush()

    def pieces(request, wire):
        plain = request.target == b"/plain"
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + (b"\r\n" if plain else b"Content-Encoding: gzip\r\n\r\n"))
        for piece in events if plain else coded:
            wire.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            # Long enough for a reader that does not wait for more; too short an age only merges pieces.
            wire.sock.settimeout(0.25)
            try:
                wire.sock.recv(1)
            except TimeoutError:
                wire.sock.settimeout(None)
        if not plain:
            wire.send(b"%x\r\n%s\r\n" % (len(end), end))
        return b"0\r\n\r\n"

    with Site({None: pieces}) as site:
        for path, options in (("/plain", ()), ("/gzip", ("--compressed",))):
            line = get(site.url(path), *options)
            got(line, b"".join(events))
            same(f"chunks of {path}", line["chunks"], 5)


@test
def large_bodies_arrive_intact():
    """Thirty megabytes, in pieces that fit the window."""
    body = os.urandom(1 << 20) * 30
    with Site({None: answer_with(body)}) as site:
        line = get(site.url())
        got(line, body)
        holds("chunks are no larger than 64 KiB", line["chunks"] >= len(body) // 65536, line["chunks"])
