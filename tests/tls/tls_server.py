"""A TLS server that says what it saw. Each row of the matrix has one of its own, on a free port of loopback."""
import os
import socket
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from authority import keep  # noqa: E402
from servers import Server, Wire  # noqa: E402

BODY = b"secure hello"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def context(chain, lowest=TLS12, highest=TLS13, ciphers="DEFAULT:@SECLEVEL=0", asks=None, demands=True, alpn=None):
    """What a server is set up with. `asks`: the authority whose clients it wants to see certificates of."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers(ciphers)
    made.load_cert_chain(keep(chain[0].key_pem() + b"".join(one.pem for one in chain)))
    made.minimum_version, made.maximum_version = lowest, highest
    if asks:
        made.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
        made.load_verify_locations(keep(asks.pem))
    if alpn:
        made.set_alpn_protocols(alpn)
    return made


class Seen:
    """One connection whose handshake the server finished, or did not."""

    def __init__(self):
        self.error = self.version = self.shown = self.resumed = self.alpn = None
        self.asked_for = None  # by SNI
        self.line = None  # of the last request
        self.requests = 0


class Secure(Server):
    """Answers every request with `answer`; `talk(wire, tls, raw, seen)` instead takes over after the handshake."""

    def __init__(self, tls, answer=ANSWER, talk=None, host="127.0.0.1"):
        self.context, self.answer, self.take_over, self.seen = tls, answer, talk, []
        tls.sni_callback = self._named
        super().__init__(self._converse, at=(host, 0))

    def _named(self, tls, name, _context):
        tls.seen.asked_for = name

    def _converse(self, plain, _number):
        seen = Seen()
        self.seen.append(seen)
        # A handle of its own to write past TLS.
        raw = plain.sock.dup()
        tls = None
        try:
            tls = self.context.wrap_socket(plain.sock, server_side=True, do_handshake_on_connect=False)
            tls.seen = seen
            tls.do_handshake()
            seen.version, seen.resumed, seen.alpn = tls.version(), tls.session_reused, tls.selected_alpn_protocol()
            shown = tls.getpeercert()
            seen.shown = dict(part[0] for part in shown["subject"])["commonName"] if shown else None
            wire = Wire(tls)
            while True:
                seen.line = wire.until(b"\r\n\r\n").split(b"\r\n")[0]
                seen.requests += 1
                if self.take_over:
                    return self.take_over(wire, tls, raw)
                wire.send(self.answer)
                if b"Connection: close" in self.answer:
                    return None
        except OSError as error:
            seen.error = str(error)
        finally:
            raw.close()
            if tls:
                tls.close()

    @property
    def requests(self):
        return sum(seen.requests for seen in self.seen)


class Raw(Server):
    """No TLS at all: sends these bytes when the client has begun, and closes; None: says nothing until the client goes."""

    def __init__(self, data, reset=False):
        self.data, self.reset = data, reset
        super().__init__(self._converse)

    def _converse(self, wire, _number):
        wire.sock.recv(65536)
        if self.data is None:
            wire.wait_for_end()
        wire.send(self.data)
        if self.reset:
            wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        else:
            wire.sock.shutdown(socket.SHUT_WR)
            wire.wait_for_end()


class Cutting(Server):
    """Stands before a TLS server and lets `count` bytes of what it says through; then it ends the connection, or stalls."""

    def __init__(self, behind, count, stalls=False):
        self.behind, self.count, self.stalls = behind, count, stalls
        self.passed = 0
        super().__init__(self._converse)

    def _converse(self, wire, _number):
        with socket.create_connection(("127.0.0.1", self.behind.port)) as other:
            other.sendall(wire.sock.recv(65536))
            while self.passed < self.count:
                piece = other.recv(self.count - self.passed)
                if not piece:
                    break
                self.passed += len(piece)
                wire.send(piece)
            if self.stalls:
                wire.wait_for_end()
            wire.sock.shutdown(socket.SHUT_WR)
            wire.wait_for_end()
