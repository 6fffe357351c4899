"""Text that tries to become more than it is: from every place of the command line and of an answer. A server that keeps raw bytes sees one
whole request or none. Bytes that no argument can hold (NUL) are tried by ffi-tests/t_injection.c."""
import re

from harness import failed, holds, run, same, test
from servers import Server, Site, answer_with

EVIL = [
    b"\r\nX-Injected: 1", b"\nX-Injected: 1", b"\rX-Injected: 1", b" HTTP/1.1\r\nX-Injected: 1\r\n\r\nGET /second",
    b"\r\n X-Injected: 1", b"\r\n\r\nGET /second HTTP/1.1\r\nX-Injected: 1\r\n\r\n", b"%0d%0aX-Injected:%201", b"\x0bX-Injected: 1",
    b"\t", b" ", b"\x01", b"\x1b[31m", b"\x7f", b"\xff", b"\xc3\xbc", b"\xe2\x80\xa8", b"\xc2\x85", b"\xc4\x8a", b"\xe5\x98\x8a\xe5\x98\x8d",
    b"a" * 300, b"a" * 64_000, b"'\"<>`{}|\\^", b";,:@&=+$!*()", b"\r", b"\n",
]
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
HEAD = re.compile(rb"(?P<method>" + TOKEN + rb") (?P<target>[!-~]+) HTTP/1\.1\r\n(?:" + TOKEN + rb": [\t -~\x80-\xff]*\r\n)+\r\n")


class Raw(Server):
    """Keeps all bytes of each connection: answers after the first head and its body, and listens on until the client ends."""

    def __init__(self, answer=answer_with(b"fine", "200 OK", "Connection: close")):
        self.seen = []
        self.answer = answer
        super().__init__(self._take)

    def _take(self, wire, _number):
        raw = b""
        try:
            while (end := raw.find(b"\r\n\r\n")) < 0 or len(raw) < end + 4 + self._length(raw):
                if not (more := wire.sock.recv(65536)):
                    return
                raw += more
            wire.send(self.answer)
            while more := wire.sock.recv(65536):
                raw += more
        finally:
            self.seen.append(raw)

    def settle(self):
        """Waits until the connections that clients have ended are read to their end."""
        for talk in self.talks:
            talk.join()

    @staticmethod
    def _length(raw):
        found = re.search(rb"\r\ncontent-length: *(\d+)\r\n", raw.lower())
        return int(found[1]) if found else 0


def one_whole_request(raw, body=b""):
    """Strictly one head by RFC 9112, and this body."""
    match = HEAD.match(raw)
    holds("the head is well-formed", match, raw[:500])
    same("what follows the head", raw[match.end():], body)
    framing = [len(re.findall(rb"\r\n" + name + rb":", match[0].lower())) for name in (b"host", b"content-length", b"transfer-encoding")]
    same("host, content-length and transfer-encoding", framing, [1, 1 if b"\r\ncontent-length:" in match[0] else 0, 0])
    holds("no field was smuggled in", not re.search(rb"\n *x-injected", raw.lower()), raw[:500])
    return match


@test
def no_text_leaves_its_place():
    """Method, URL, field and user: each with 25 kinds of evil text is one whole request, or refused by a sentence that names the place."""
    tried = refused = 0
    with Raw() as server:
        at = b"127.0.0.1:%d" % server.port
        plain = b"http://" + at + b"/"
        places = {
            "method": lambda e: (b"GET" + e, plain),
            "URL": lambda e: (b"GET", plain + b"path" + e),
            "URL ": lambda e: (b"GET", plain + b"?query" + e),
            "URL  ": lambda e: (b"GET", plain + b"#fragment" + e),
            "URL   ": lambda e: (b"GET", b"http://127.0.0.1" + e + b":%d/" % server.port),
            "URL    ": lambda e: (b"GET", plain[:-1] + e + b"/"),
            "URL     ": lambda e: (b"GET", b"http://user" + e + b":word" + e + b"@" + at + b"/"),
            "URL      ": lambda e: (b"GET", e + plain),
            "header": lambda e: (b"GET", plain, "-H", b"x-name" + e + b": v"),
            "x-value": lambda e: (b"GET", plain, "-H", b"x-value: v" + e),
            "x-value ": lambda e: (b"GET", plain, "-H", b"x-value: " + e + b"v"),
            "host": lambda e: (b"GET", plain, "-H", b"host: h.test" + e),
            "cookie": lambda e: (b"GET", plain, "-H", b"cookie: c=" + e),
            "authorization": lambda e: (b"GET", plain, "-H", b"authorization: Bearer " + e),
            "content-length": lambda e: (b"POST", plain, "-H", b"content-length: 0" + e),
            "expect": lambda e: (b"GET", plain, "-H", b"expect: 100-continue" + e),
        }
        for place, words in places.items():
            for evil in EVIL:
                before = len(server.seen)
                line = run("--json", *words(evil), "--timeout-ms", 20000).line
                server.settle()
                came = server.seen[before:]
                tried += 1
                if line["error"] is None:
                    same(f"requests for {place} with {evil[:40]}", len(came), 1)
                    one_whole_request(came[0])
                else:
                    refused += 1
                    # The last two only where a name lookup finds what there is not.
                    failed(line, "invalid", "resolve", "connect", "timeout")
                    same(f"requests for {place} with {evil[:40]}", came, [])
                    sentence = line["error"]
                    named = any(word in sentence for word in (place.strip(), "absolute URL", "cannot be requested", "header", "resolve: ", "connect: ", "timeout: "))
                    holds(f"the sentence names {place}", named, line["error"])
                    holds("the sentence is one line", not re.search(r"[\x00-\x1f\x7f]", line["error"]), line["error"])
    holds("some are refused and some are not", 50 < refused < tried - 50, (tried, refused))
    print(f"counted: injections\t{tried}\tevil texts in every place of a request: one whole request on the wire, or refused by name")


def ruled(line, wanted, *words):
    same(f"refused: {words}", line["error"] is not None, wanted == "refused")
    if wanted == "refused":
        failed(line, "invalid")
        holds("by name", words[-1].split(":")[0].lower() in line["error"].lower(), line["error"])


@test
def fields_that_frame_a_message_are_the_librarys():
    """transfer-encoding and upgrade are refused, a content-length must be true and is ours to send, facts about the connection are dropped."""
    rows = [
        ("GET", "", "Transfer-Encoding: chunked", "refused"),
        ("POST", "abc", "Transfer-Encoding: chunked", "refused"),
        ("POST", "abc", "TRANSFER-ENCODING: identity", "refused"),
        ("POST", "abc", "Transfer-Encoding:", "refused"),
        ("GET", "", "Upgrade: h2c", "refused"),
        ("POST", "abc", "Content-Length: 3", "ours"),
        ("POST", "abc", "content-length: 003", "ours"),
        ("POST", "abc", "Content-Length: 4", "refused"),
        ("POST", "abc", "Content-Length: 2", "refused"),
        ("POST", "abc", "Content-Length: -1", "refused"),
        ("POST", "abc", "Content-Length: +3", "refused"),
        ("POST", "abc", "Content-Length: 3, 3", "refused"),
        ("POST", "abc", "Content-Length: 0x3", "refused"),
        ("POST", "abc", "Content-Length: 18446744073709551619", "refused"),
        ("POST", "abc", "Content-Length:", "refused"),
        ("GET", "", "Content-Length: 0", "dropped"),
        ("GET", "", "Content-Length: 5", "refused"),
        ("GET", "", "Connection: close", "dropped"),
        ("GET", "", "Connection: x-own", "dropped"),
        ("GET", "", "Keep-Alive: timeout=5", "dropped"),
        ("GET", "", "Proxy-Connection: keep-alive", "dropped"),
        ("GET", "", "TE: trailers, gzip", "dropped"),
        ("GET", "", "Trailer: x-own", "dropped"),
        ("GET", "", "Proxy-Authorization: Basic eA==", "dropped"),
        ("GET", "", "Expect: 100-continue", "dropped"),
        ("GET", "", "Host: virtual.test:81", "sent"),
        ("GET", "", "Host: a b", "refused"),
        ("GET", "", "Host: a/b", "refused"),
        ("GET", "", "Host: u@a", "refused"),
        ("GET", "", "Host:", "refused"),
        ("GET", "", "Content-Type : a/b", "refused"),
        ("GET", "", ": no name", "refused"),
        ("GET", "", "Date: today", "sent"),
        ("GET", "", "Via: 1.1 x", "sent"),
        ("GET", "", "Cookie2: x", "sent"),
    ]
    with Raw() as server:
        for method, body, field, wanted in rows:
            del server.seen[:]
            data = ("--data-file", "-") if body else ()
            line = run("--json", method, server.url(), "-H", field, *data, stdin=body.encode()).line
            server.settle()
            ruled(line, wanted, method, field if field[0] != ":" else "header: ")
            same(f"requests with {field}", len(server.seen), 0 if wanted == "refused" else 1)
            if wanted == "refused":
                continue
            one_whole_request(server.seen[0], body.encode())
            name, _, value = field.lower().encode().partition(b": ")
            sent = re.findall(rb"\r\n" + name + rb": ?([^\r]*)", server.seen[0].lower())
            same(f"{field} on the wire", sent, {"sent": [value], "ours": [b"3"], "dropped": []}[wanted])


@test
def no_request_is_smuggled():
    """content-length and transfer-encoding together, twice, or spelt oddly: refused, and a body that looks like a request is a body."""
    second = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    given = ["Content-Length: %d" % len(second), "Transfer-Encoding: chunked"]
    both = [[given[0], given[1]], [given[1], given[0]], [given[0], "Content-Length: 0"], ["Content-Length: 0", given[0]],
            [given[0], "Transfer-Encoding: xchunked"], [given[0], "Transfer-Encoding : chunked"], [given[0], "X: y\r\nTransfer-Encoding: chunked"],
            ["Host: a", "Host: b"], ["Host: a", "HOST: a"]]
    with Raw() as server:
        for lines in both:
            words = [w for line in lines for w in ("-H", line)]
            failed(run("--json", "POST", server.url(), *words, "--data-file", "-", stdin=second).line, "invalid")
        server.settle()
        same("requests", server.seen, [])
        run("--json", "POST", server.url(), "-H", given[0], "-H", given[0], "--data-file", "-", stdin=second)
        server.settle()
        one_whole_request(server.seen[0], second)


@test
def a_location_is_one_request_line():
    """What a server puts into location becomes one target, or no request."""
    with Raw() as there:
        for evil in EVIL:
            if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", evil):
                continue  # no answer with these in a field is HTTP
            for place in (b"/x" + evil, b"//127.0.0.1:%d/" % there.port + evil, b"http://127.0.0.1:%d/?" % there.port + evil,
                          b"http://u" + evil + b"@127.0.0.1:%d/" % there.port):
                del there.seen[:]
                moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " + place + b"\r\n\r\n"
                with Raw(moved) as here:
                    line = run("--json", "GET", here.url(), "--max-redirs", 1).line
                    here.settle()
                    there.settle()
                    for raw in here.seen + there.seen:
                        one_whole_request(raw)
                    if line["error"]:
                        failed(line, "redirect", "too_large")
                        holds("one line", not re.search(r"[\x00-\x1f\x7f]", line["error"]), line["error"])


@test
def a_proxy_reads_one_request():
    """Host names and credentials in CONNECT, in absolute form and in SOCKS5: one whole request of the right length, or none."""
    refusal = b"HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    for evil in EVIL:
        for scheme in (b"http", b"https"):
            with Raw(refusal) as proxy:
                via = b"http://joe" + evil + b":word" + evil + b"@127.0.0.1:%d" % proxy.port
                for url, through in ((scheme + b"://h.test" + evil + b"/", b"http://127.0.0.1:%d" % proxy.port), (scheme + b"://h.test/", via)):
                    run("--json", b"GET", url, b"--proxy", through)
                proxy.settle()
                for raw in proxy.seen:
                    one_whole_request(raw)

    def socks(wire, _number):
        wire.exactly(3)
        wire.send(b"\x05\x00")
        head = wire.exactly(5)
        name = wire.exactly(head[4])
        port = wire.exactly(2)
        names.append((head[:4], name, port, wire.buffer))
        wire.send(b"\x05\x01\x00\x01\0\0\0\0\0\0")
        wire.wait_for_end()

    names = []
    with Server(socks) as proxy:
        for evil in EVIL:
            run("--json", b"GET", b"http://h.test" + evil + b"/", b"--proxy", b"socks5h://127.0.0.1:%d" % proxy.port)
    holds("some are asked for", names)
    for head, name, port, rest in names:
        same("SOCKS request", (head, port, rest), (b"\x05\x01\x00\x03", b"\x00\x50", b""))
        holds("a host name", re.fullmatch(rb"[a-z0-9.\-_!$&'()*+,;=~`{}\"]+", name), name)
