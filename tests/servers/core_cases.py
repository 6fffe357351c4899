"""What every server does every day, through the command-line example: each answer's status, framing and SHA-256."""
import base64

from case import case, count, field
from content import FILES
from harness import failed, got, holds, same
from origin import MODIFIED


def spread(*requests):
    """Words of the command line for several requests on one client."""
    words = []
    for request in requests:
        words += (["--next"] if words else []) + list(request)
    return words


@case()
def length(x):
    """Bodies of stated length, from none to megabytes, on one connection."""
    names = ["small.txt", "empty.bin", "large.bin", "text.txt", "small.txt"]
    lines = x.tool(*spread(*(["GET", x.url("/" + name)] for name in names)))
    for name, line in zip(names, lines):
        x.got(line, name)
        same("content-length", field(line, "content-length"), [str(len(FILES[name]))])


@case()
def chunked(x):
    """A body in chunks, and the connection is in step after it."""
    one, two, three = x.tool(*spread(["GET", x.url("/b/chunked")], ["GET", x.url("/b/chunked")], ["GET", x.url("/small.txt")]))
    for line in (one, two):
        x.got(line, "text.txt")
        if x.server.name != "http.server 1.0":
            same("transfer-encoding", field(line, "transfer-encoding"), ["chunked"])
    x.got(three, "small.txt")


@case(lack="until-close")
def body_until_close(x):
    """A body that ends with the connection of the server, or of the server behind it."""
    line, after = x.tool(*spread(["GET", x.url("/b/until-close")], ["GET", x.url("/small.txt")]))
    if x.server.name == "http.server" and x.way != "http":
        # It closes without TLS's goodbye: that body may have been cut (RFC 9112 9.8).
        failed(line, "io")
    else:
        x.got(line, "text.txt")
    x.got(after, "small.txt")


@case()
def head(x):
    """HEAD has the length and no body; what follows is in step."""
    head, small, missing, last = x.tool(*spread(["HEAD", x.url("/large.bin")], ["GET", x.url("/small.txt")],
                                                ["HEAD", x.url("/nothing")], ["GET", x.url("/small.txt")]))
    got(head, b"")
    same("content-length", field(head, "content-length"), [str(len(FILES["large.bin"]))])
    got(missing, b"", 404)
    x.got(small, "small.txt")
    x.got(last, "small.txt")


@case()
def no_content(x):
    """204 has no body, whatever comes next."""
    for line in x.tool(*spread(*[["GET", x.url("/b/204")]] * 3)):
        got(line, b"", 204)


@case()
def conditional(x):
    """304 by date and by entity tag: success with no body."""
    first, dated = x.tool(*spread(["GET", x.url("/small.txt")], ["GET", x.url("/small.txt"), "-H", f"if-modified-since: {MODIFIED}"]))
    x.got(first, "small.txt")
    same("last-modified", field(first, "last-modified"), [MODIFIED])
    got(dated, b"", 304)
    for tag in field(first, "etag"):
        tagged, other = x.tool(*spread(["GET", x.url("/small.txt"), "-H", f"if-none-match: {tag}"],
                                       ["GET", x.url("/small.txt"), "-H", 'if-none-match: "another"']))
        got(tagged, b"", 304)
        x.got(other, "small.txt")


@case()
def content_codings(x):
    """Each coding that the server can make is undone, and none comes unasked."""
    (plain,) = x.tool("GET", x.url("/text.txt"))
    x.got(plain, "text.txt")
    same("content-encoding", field(plain, "content-encoding"), [])
    (any_coding,) = x.tool("GET", x.url("/text.txt"), "--compressed")
    x.got(any_coding, "text.txt")
    same("it is coded", bool(field(any_coding, "content-encoding")), bool(x.server.codings))
    for coding in x.server.codings:
        (line,) = x.tool("GET", x.url("/text.txt"), "--compressed", "-H", f"accept-encoding: {coding}", "-H", f"x-coding: {coding}")
        x.got(line, "text.txt")
        same("content-encoding", field(line, "content-encoding"), [coding])
        # As it came: shorter, and not ours to undo.
        (raw,) = x.tool("GET", x.url("/text.txt"), "-H", f"accept-encoding: {coding}", "-H", f"x-coding: {coding}")
        holds("it is shorter as it came", 0 < raw["body_len"] < 150_000, raw["body_len"])
        count("decoded")


@case()
def ranges(x):
    """206 with exactly these bytes; 416 with none of them; a range of what has changed is the whole."""
    data = FILES["large.bin"]
    url = x.url("/large.bin")
    for first, last in ((0, 0), (100, 199), (1_000_000, 2_999_998), (2_999_999, 5_000_000)):
        (line,) = x.tool("GET", url, "-H", f"range: bytes={first}-{last}")
        got(line, data[first:last + 1], 206)
        same("content-range", field(line, "content-range"), [f"bytes {first}-{min(last, 2_999_999)}/3000000"])
    (line,) = x.tool("GET", url, "-H", "range: bytes=3000000-3000001")
    same("status", (line["ok"], line["status"]), (True, 416))
    if x.server.name not in ("node", "aiohttp"):
        (line,) = x.tool("GET", url, "-H", "range: bytes=-5")
        got(line, data[-5:], 206)
        (line,) = x.tool("GET", url, "-H", "range: bytes=0-9", "-H", 'if-range: "another"')
        got(line, data)


@case()
def multipart(x):
    """multipart/byteranges: two parts, taken apart here, are the bytes of the file."""
    data = FILES["large.bin"]
    path = x.content.folder / x.tag()
    event = x.good(x.get(x.url("/large.bin"), "h=range: bytes=10-19,2000000-2050000", f"save={path}"), 206)
    (kind,) = field(event, "content-type")
    holds("the type", kind.startswith("multipart/byteranges; boundary="), kind)
    boundary = b"--" + kind.split("boundary=")[1].strip('"').encode()
    before, one, two, after = path.read_bytes().split(boundary)
    path.unlink()
    same("ends", (before.strip(), after.strip()), (b"", b"--"))
    for part, (first, last) in zip((one, two), ((10, 19), (2_000_000, 2_050_000))):
        head, body = part.split(b"\r\n\r\n", 1)
        holds("its content-range", f"bytes {first}-{last}/3000000".encode() in head, head)
        same("its bytes", body.removesuffix(b"\r\n"), data[first:last + 1])


@case()
def error_pages(x):
    """404, 500 and 503 are successes, with their pages; the connection lives on."""
    missing, broken, busy, small = x.tool(*spread(["GET", x.url("/nothing")], ["GET", x.url("/b/500")], ["GET", x.url("/b/503")],
                                                  ["GET", x.url("/small.txt")]))
    for line, status in ((missing, 404), (broken, 500), (busy, 503)):
        same("status", (line["ok"], line["status"]), (True, status))
        holds("it has a page", line["body_len"] > 0 or x.server.name == "caddy")
    x.got(small, "small.txt")


@case(lack="moved")
def redirects(x):
    """301, 307 and 303, followed and not; the body goes again with 307 and only with it."""
    followed, kept = x.tool(*spread(["GET", x.url("/moved")], ["GET", x.url("/moved"), "--no-follow"]))
    x.got(followed, "small.txt")
    same("not followed", (kept["ok"], kept["status"]), (True, 301))
    holds("location", field(kept, "location")[0].endswith("/small.txt"))
    again = x.echo("POST", x.url("/moved307"), f"body={x.content.tiny}")
    same("after 307", (again["method"], again["length"]), ("POST", 3))
    same("after 303", x.echo("POST", x.url("/moved303"), f"body={x.content.tiny}")["method"], "GET")


@case()
def folder(x):
    """A folder without its slash: the server's own redirect, then the index."""
    (line,) = x.tool("GET", x.url("/folder"))
    got(line, b"an index\n")


@case()
def private(x):
    """Basic authentication: none, wrong, right, and in the URL."""
    url = x.url("/private/secret.txt")
    right = base64.b64encode(b"user:pass").decode()
    none, wrong, good, by_url = x.tool(*spread(["GET", url], ["GET", url, "-H", "authorization: Basic dXNlcjp3cm9uZw=="],
                                               ["GET", url, "-H", f"authorization: Basic {right}"],
                                               ["GET", url.replace("://", "://user:pass@")]))
    for line in (none, wrong):
        same("status", (line["ok"], line["status"]), (True, 401))
        holds("the challenge", field(line, "www-authenticate")[0].lower().startswith("basic"))
    expected = FILES["small.txt"] if x.server.name == "haproxy" else b"a secret\n"
    got(good, expected)
    got(by_url, expected)


@case(ways="http", lack="limits")
def too_long(x):
    """A target and a field that are too long: the server's 414, 431 or 400, not an error, though it hangs up before all was sent."""
    size = x.server.facts.get("long", 30_000)
    for _ in range(3):
        if size < 65_000:  # the longest URL that we send
            target = x.get(x.url("/small.txt?" + "a" * size))
            holds("its status", target["status"] == "REQTASK_OK" and target["http"] in x.server.may("long target"), target)
        value = x.get(x.url("/small.txt"), "h=x-long: " + "a" * size)
        holds("its status", value["status"] == "REQTASK_OK" and value["http"] in x.server.may("long field"), value)
        count("too long")
        x.small()


@case(lack="old backend")
def old_backend(x):
    """The gateway speaks HTTP/1.0 with what is behind it, whose bodies end with their connections."""
    one, two, three = x.tool(*spread(["GET", x.url("/b10/chunked")], ["GET", x.url("/b10/until-close")], ["GET", x.url("/small.txt")]))
    x.got(one, "text.txt")
    x.got(two, "text.txt")
    x.got(three, "small.txt")
