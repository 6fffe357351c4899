"""--proxy and --proxytunnel against proxies of our own."""
import base64
import socket
import threading

import certificates
from harness import failed, get, got, run, same, test
from servers import Server, Site, answer_with

OK = {None: answer_with(b"fine")}


class Proxy(Server):
    """An HTTP proxy that answers CONNECT by a tunnel and everything else itself. `refuse`: what it says instead."""

    def __init__(self, refuse=None):
        self.requests = []
        self.refuse = refuse
        self.answer = answer_with(b"by the proxy")
        super().__init__(self._proxy)

    def _proxy(self, wire, number):
        while True:
            request = wire.request(number)
            self.requests.append(request)
            if self.refuse:
                wire.send(self.refuse)
            elif request.method == b"CONNECT":
                host, port = request.target.rsplit(b":", 1)
                wire.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                tunnel(wire, socket.create_connection((host.decode(), int(port))))
            else:
                wire.send(self.answer)


def tunnel(wire, far):
    """Copies both ways until either side ends."""

    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    far.sendall(wire.buffer)
    back = threading.Thread(target=copy, args=(far, wire.sock), daemon=True)
    back.start()
    copy(wire.sock, far)
    back.join()
    far.close()
    raise ConnectionError


@test
def http_goes_in_absolute_form():
    """RFC 9112, section 3.2.2; with the target's Host."""
    with Proxy() as proxy:
        got(get("http://site.example:81/a?b#c", "--proxy", proxy.url()), b"by the proxy")
        (request,) = proxy.requests
        same("request", (request.method, request.target), (b"GET", b"http://site.example:81/a?b"))
        same("host", request.values(b"host"), [b"site.example:81"])
        same("credentials", request.values(b"proxy-authorization"), [])


@test
def credentials_go_to_the_proxy_only():
    """As Basic, decoded from the URL; never through the tunnel."""
    expected = b"Basic " + base64.b64encode(b"user:p@ss")
    with Proxy() as proxy, Site(OK) as site:
        with_login = proxy.url().replace("//", "//user:p%40ss@")
        got(get("http://site.example/", "--proxy", with_login), b"by the proxy")
        same("credentials", proxy.requests[0].values(b"proxy-authorization"), [expected])
        got(get(site.url(), "--proxy", with_login, "--proxytunnel"), b"fine")
        same("credentials for CONNECT", proxy.requests[1].values(b"proxy-authorization"), [expected])
        same("credentials inside", site.requests[0].values(b"proxy-authorization"), [])


@test
def proxytunnel_asks_for_a_tunnel():
    """CONNECT for http URLs too; inside it the origin form."""
    with Proxy() as proxy, Site(OK) as site:
        got(get(site.url("/x"), "--proxytunnel", "--proxy", proxy.url()), b"fine")
        same("at the proxy", [(r.method, r.target) for r in proxy.requests], [(b"CONNECT", b"127.0.0.1:%d" % site.port)])
        same("at the site", site.requests[0].target, b"/x")


@test
def https_always_uses_a_tunnel():
    """And the certificate is that of the site."""
    with Proxy() as proxy, Site(OK, tls=certificates.context("localhost")) as site:
        url = site.url(scheme="https", host="localhost")
        got(get(url, "--proxy", proxy.url(), "--cacert", certificates.root()), b"fine")
        same("at the proxy", [r.method for r in proxy.requests], [b"CONNECT"])
        failed(get(url, "--proxy", proxy.url()), "certificate")


@test
def a_tunnel_is_reused():
    """Two requests, one CONNECT."""
    with Proxy() as proxy, Site(OK) as site:
        ran = run("--json", "--proxytunnel", "--proxy", proxy.url(), "GET", site.url(), "--next", "GET", site.url())
        same("all went well", ran.status, 0)
        same("tunnels", (len(proxy.requests), site.connections), (1, 1))


@test
def a_proxy_holds_for_later_requests_only():
    """And a connection made without it is not used for it."""
    with Proxy() as proxy, Site(OK) as site:
        ran = run("--json", "GET", site.url(), "--next", "GET", site.url(), "--proxy", proxy.url(), "--next", "GET", site.url())
        same("lengths", [line["body_len"] for line in ran.lines], [4, 12, 12])


@test
def a_proxy_that_refuses_is_a_proxy_error():
    """407 or 502 to CONNECT; to a plain request it is an answer like any other."""
    for refusal in (b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
                    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad"):
        with Proxy(refusal) as proxy:
            failed(get("https://site.example/", "--proxy", proxy.url()), "proxy")
            failed(get("http://site.example/", "--proxy", proxy.url(), "--proxytunnel"), "proxy")
            line = get("http://site.example/", "--proxy", proxy.url())
            same("the answer", (line["ok"], line["status"]), (True, int(refusal[9:12])))


@test
def a_proxy_that_is_not_there():
    """Or that talks nonsense, or hangs up, or is silent until the timeout."""
    failed(get("http://site.example/", "--proxy", "http://127.0.0.1:1"), "proxy", "connect")
    with Proxy(b"nonsense\r\n\r\n") as proxy:
        failed(get("https://site.example/", "--proxy", proxy.url(), "--timeout-ms", 8000), "proxy", "protocol")
    with Server(lambda wire, _: wire.until(b"\r\n\r\n")) as proxy:
        failed(get("https://site.example/", "--proxy", proxy.url()), "proxy", "io")
    with Server(lambda wire, _: wire.wait_for_end()) as proxy:
        failed(get("https://site.example/", "--proxy", proxy.url(), "--timeout-ms", 300), "timeout")


def socks5(wire, _):
    """RFC 1928, no authentication, names and IPv4 addresses; every name is this machine."""
    _version, methods = wire.exactly(2)
    wire.exactly(methods)
    wire.send(b"\x05\x00")
    _v, command, _r, kind = wire.exactly(4)
    assert command == 1
    wire.exactly(4 if kind == 1 else wire.exactly(1)[0])
    port = int.from_bytes(wire.exactly(2), "big")
    wire.send(b"\x05\x00\x00\x01" + bytes(6))
    tunnel(wire, socket.create_connection(("127.0.0.1", port)))


@test
def socks5_carries_http_and_https():
    """The name is the proxy's to resolve with socks5h; an address is sent as it is."""
    with Server(socks5) as proxy, Site(OK) as site, Site(OK, tls=certificates.context("localhost")) as secure:
        got(get(site.url(), "--proxy", proxy.url(scheme="socks5")), b"fine")
        got(get(site.url(host="name.example"), "--proxy", proxy.url(scheme="socks5h")), b"fine")
        got(get(secure.url(scheme="https", host="localhost"), "--proxy", proxy.url(scheme="socks5h"), "--cacert",
                certificates.root()), b"fine")
    with Server(lambda wire, _: wire.send(b"\x05\xff")) as proxy:
        failed(get("http://site.example/", "--proxy", proxy.url(scheme="socks5h")), "proxy")
