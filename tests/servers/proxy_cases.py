"""What goes through real proxies: plain and secure, with passwords right and wrong, streams, aborts, many at once, and a proxy that dies."""
from case import Case, case, count, field
from content import FILES, UPLOAD, sha
from driver import NO_PROXY, PROXY, TUNNEL
from harness import failed, holds, same
from origin import MODIFIED

THROUGH = []


def through(**what):
    """Declares a case of proxies."""

    def declare(function):
        case(**what)(function)
        THROUGH.append(function)
        return function

    return declare


class Through(Case):
    """One proxy, before the origin as http.server, as an HTTP and an HTTPS server."""

    def __init__(self, proxy, server, driver):
        super().__init__(server, "proxy", f"http://127.0.0.1:{server.http}", driver)
        self.proxy = proxy
        self.secure = f"https://localhost:{server.tls13}"
        self.name = proxy.name

    def routes(self):
        """Base URL and options of each way through the proxy."""
        yield self.base, [f"{PROXY}={self.proxy.url()}"]
        yield self.secure, [f"{PROXY}={self.proxy.url()}"]
        if self.proxy.scheme == "http":
            yield self.base, [f"{PROXY}={self.proxy.url()}", f"{TUNNEL}=1"]
        else:
            named = f"{PROXY}={self.proxy.url(scheme='socks5h')}"
            yield self.base.replace("127.0.0.1", "localhost"), [named]
            yield self.secure, [named]

    def client(self, *options):
        more = [f"roots={self.proxy.authority()}"] if self.proxy.intercepts else []
        return super().client(*more, *options)


@through()
def bodies_through(x):
    """Small, large and chunked, there and back, over every route; connections are used again."""
    for base, options in x.routes():
        client, tag = x.client(*options), x.tag()
        for name in ("small.txt", "large.bin", "empty.bin", "small.txt"):
            x.body_is(x.get(f"{base}/{name}?t={tag}", client=client), FILES[name])
        x.body_is(x.get(f"{base}/b/chunked?t={tag}", client=client), FILES["text.txt"])
        last = x.body_is(x.get(f"{base}/b/small.txt?t={tag}", client=client), FILES["small.txt"])
        holds("the peer is the proxy", last["peer"] == f"127.0.0.1:{x.proxy.port}", last["peer"])
        if x.name != "tinyproxy" or base != x.base or len(options) > 1:
            same("reused", last["reused"], 1)
        same("a field of the answer", field(last, "last-modified"), [MODIFIED])
        same("a HEAD", x.good(x.go("HEAD", f"{base}/large.bin", client=client).done())["len"], 0)
        x.body_is(x.get(f"{base}/small.txt", client=client), FILES["small.txt"])
        x.good(x.get(f"{base}/nothing", client=client), 404)


@through()
def uploads_through(x):
    """Megabytes arrive as they are; the proxy's password and our own fields do not reach the wrong ear."""
    for base, options in x.routes():
        client = x.client(*options)
        told = x.echo("POST", f"{base}/b/echo", f"body={x.content.upload}", "h=x-own: yes", client=client)
        same("what arrived", (told["length"], told["sha256"]), (len(UPLOAD), sha(UPLOAD)))
        names = [name.lower() for name, _ in told["fields"]]
        holds("our field", "x-own" in names, names)
        holds("no password for the origin", "proxy-authorization" not in names, names)


@through(lack="password")
def passwords(x):
    """A wrong one and none: 407 to a plain request is an answer, to a tunnel a failure that names the proxy; SOCKS always a failure."""
    for credentials in ("", "user:wrong@", "nobody:p%40ss@"):
        proxy = f"{PROXY}={x.proxy.url(credentials)}"
        for base, tunnel in ((x.base, False), (x.base, True), (x.secure, True)):
            if x.proxy.scheme != "http" and not tunnel:
                continue
            event = x.get(f"{base}/small.txt", proxy, *([f"{TUNNEL}=1"] if tunnel else []), client=x.client())
            if tunnel:
                same("its end", event["status"], "REQTASK_E_PROXY")
                holds("a sentence without the password", len(event["message"]) > 10 and "wrong" not in event["message"], event["message"])
            else:
                # tinyproxy says 401 where the password is wrong.
                x.good(event, 401 if x.name == "tinyproxy" and credentials else 407)
                challenge = field(event, "proxy-authenticate") + field(event, "www-authenticate")
                holds("the challenge", challenge[0].lower().startswith("basic"), challenge)
            count("refused")
    # By the command line, as a person meets it.
    (line,) = x.tool("GET", f"{x.base}/small.txt", "--proxy", x.proxy.url())
    x.got(line, "small.txt")
    (line,) = x.tool("GET", f"{x.secure}/small.txt", "--proxy", x.proxy.url(""))
    failed(line, "proxy")


@through()
def stream_through(x):
    """Events one by one, and an abort that the origin sees."""
    for base, options in x.routes():
        client, tag = x.client(*options), x.tag()
        task = x.go("GET", f"{base}/b/stream?t={tag}", "tell=chunks", client=client)
        sent = b""
        for number in range(5):
            piece = f"data: event {number} of {tag}, and enough of it to be sent at once\n\n".encode()
            sent += piece
            x.origin.feed(tag, piece)
            task.received(len(sent))
        task.abort()
        same("its end", task.done()["status"], "REQTASK_E_ABORTED")
        x.origin.gone(tag, False)
        count("events", 5)
        count("aborted")


@through()
def many_through(x):
    """64 at once over each route: each has its own bytes."""
    for base, options in x.routes():
        client = x.client(*options)
        tasks = [(x.go("GET", f"{base}/{name}", client=client), name) for name in ["text.txt", "small.txt"] * 32]
        for task, name in tasks:
            x.body_is(task.done(), FILES[name])
        count("at once", 64)


@through()
def not_through(x):
    """NO_PROXY's hosts are reached directly, all others through the proxy."""
    client = x.client(f"{PROXY}={x.proxy.url()}", f"{NO_PROXY}=localhost")
    event = x.body_is(x.get(f"{x.base}/small.txt", client=client), FILES["small.txt"])
    same("by the proxy", event["peer"], f"127.0.0.1:{x.proxy.port}")
    direct = x.base.replace("127.0.0.1", "localhost")
    event = x.body_is(x.get(f"{direct}/small.txt", client=client), FILES["small.txt"])
    same("directly", event["peer"], f"127.0.0.1:{x.server.http}")


@through()
def nobody_there(x):
    """An origin that refuses: a gateway's answer to a plain request, a proxy's failure to a tunnel or SOCKS."""
    nowhere = f"http://127.0.0.1:{x.nowhere}"
    client = x.client(f"{PROXY}={x.proxy.url()}")
    event = x.get(f"{nowhere}/", client=client)
    if x.proxy.scheme == "http":
        holds("a gateway's status", event["status"] == "REQTASK_OK" and event["http"] in (500, 502, 503, 504), event)
        event = x.get(f"{nowhere}/", f"{TUNNEL}=1", client=client)
        holds("a failure", event["status"] in ("REQTASK_E_PROXY", "REQTASK_E_IO") or event.get("http") in (500, 502, 503), event)
    else:
        same("a failure", event["status"], "REQTASK_E_PROXY")


@through(last=True)
def proxy_killed(x):
    """The proxy dies in mid-stream: a failure at once that says so; its successor is used."""
    for base, options in list(x.routes())[:2]:
        client, tag = x.client(*options), x.tag()
        task = x.go("GET", f"{base}/b/stream?t={tag}", "tell=chunks", client=client)
        x.origin.feed(tag, b"data: before\n\n")
        task.received(14)
        x.proxy.process.kill()
        event = task.done()
        same("its end", (event["status"], event["phase"]), ("REQTASK_E_IO", 7))
        holds("a sentence", len(event["message"]) > 10, event["message"])
        x.origin.feed(tag, None)
        x.proxy.start()
        x.body_is(x.get(f"{base}/small.txt", client=client), FILES["small.txt"])
        count("proxies killed")
