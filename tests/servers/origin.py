"""The origin behind proxies and gateways: Python's own http.server, whose streams a test feeds piece by piece.

A path may carry "?t=TAG"; what happened to it (connections, an end in mid-stream, bytes received) is found by its tag.
Served directly, it is also one of the servers under test, as HTTP/1.1 and as HTTP/1.0.
"""
import collections
import email.utils
import http.server
import json
import queue
import socket
import ssl
import threading
import time
import urllib.parse

from content import FILES, sha

LIMIT_S = 25
MODIFIED = email.utils.formatdate(1_700_000_000, usegmt=True)


class Origin(http.server.ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port=0, handler=None, tls=None, shared=None):
        self.feeds = collections.defaultdict(queue.Queue)  # tag -> pieces of its stream; None ends it
        self.changed = threading.Condition()  # guards the rest
        self.seen = collections.defaultdict(list)  # tag -> (port of the client, method, fields, body's SHA-256)
        self.broken = set()  # tags whose client went away
        if shared:
            self.feeds, self.changed, self.seen, self.broken = shared.feeds, shared.changed, shared.seen, shared.broken
        super().__init__(("127.0.0.1", port), handler or Handler)
        self.port = self.server_address[1]
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def feed(self, tag, piece):
        self.feeds[tag].put(piece)

    def gone(self, tag, silent):
        """Waits until the client of this stream has gone away; unless silent, it is sent more until then, for many
        servers look only when they write."""
        for turn in range(LIMIT_S * 20):
            with self.changed:
                if self.changed.wait_for(lambda: tag in self.broken, 0.05):
                    return
            if not silent:
                self.feed(tag, b"data: more\n\n")
        raise AssertionError(f"the origin did not see that the client of {tag} went away")

    def note_gone(self, tag):
        with self.changed:
            self.broken.add(tag)
            self.changed.notify_all()

    def handle_error(self, request, client_address):
        pass  # clients that go away are what is tested


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = LIMIT_S

    def log_message(self, *_):
        pass

    def _split(self):
        parts = urllib.parse.urlsplit(self.path)
        self.tag = dict(urllib.parse.parse_qsl(parts.query)).get("t", "")
        return parts.path

    def _note(self, body):
        with self.server.changed:
            self.server.seen[self.tag].append((self.client_address[1], self.command, list(self.headers.items()), sha(body)))
            self.server.changed.notify_all()

    def handle_expect_100(self):
        if self._split().endswith("/refuse"):
            self.answer(417, b"not expected\n", close=True)
            return False
        return super().handle_expect_100()

    def body(self):
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status, body, *fields, close=False):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def serve(self):
        path = self._split()
        body = self.body()
        self._note(body)
        name = path.rsplit("/", 1)[-1]
        if name in FILES:
            self._file(FILES[name])
        elif name == "echo":
            told = {"method": self.command, "length": len(body), "sha256": sha(body), "fields": self.headers.items()}
            self.answer(200, json.dumps(told).encode(), ("Content-Type", "application/json"))
        elif name == "chunked":
            self._chunked([FILES["text.txt"][i:i + 7000] for i in range(0, 200_000, 7000)])
        elif name == "stream":
            self._chunked(iter(self.server.feeds[self.tag].get, None))
        elif name == "until-close":
            self._until_close()
        elif name == "cut":
            self._cut()
        elif name == "slow":
            self._slow()
        elif name == "hints":
            self._hints()
        elif name == "trailers":
            self._trailers()
        elif name.isdigit():
            self.answer(int(name), b"as asked\n", *([("Location", "/small.txt")] if name[0] == "3" and name != "304" else []))
        else:
            self.answer(404, b"nothing here\n")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = serve

    def _file(self, data):
        if self.headers.get("if-modified-since") == MODIFIED:
            return self.answer(304, b"", ("Last-Modified", MODIFIED))
        return self.answer(200, data, ("Last-Modified", MODIFIED), ("Content-Type", "text/plain"))

    def _chunked(self, pieces):
        """Chunks as they come; towards HTTP/1.0 the end of the connection ends the body."""
        chunked = self.request_version != "HTTP/1.0" and self.protocol_version != "HTTP/1.0"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if self.path.split("?")[0].endswith("stream") else "text/plain")
        self.send_header("Cache-Control", "no-cache")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.close_connection = True
        watch = threading.Event()
        try:
            self.end_headers()
            if self.tag and self.path.split("?")[0].endswith("stream"):
                threading.Thread(target=self._watch, args=(watch, self.tag), daemon=True).start()
            for piece in pieces:
                if piece == "cut":
                    self.close_connection = True
                    return
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.server.note_gone(self.tag)
            raise
        finally:
            watch.set()

    def _watch(self, over, tag):
        """Sees the other side go away while the stream is silent."""
        while not over.wait(0.02):
            try:
                if isinstance(self.connection, ssl.SSLSocket):
                    return
                if self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                    break
            except BlockingIOError:
                continue
            except OSError:
                break
        else:
            return
        self.server.note_gone(tag)
        self.server.feed(tag, None)

    def _until_close(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(FILES["text.txt"])
        self.close_connection = True

    def _cut(self):
        """Promises more than it sends."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 500)
        self.close_connection = True

    def _hints(self):
        """Interim answers before the answer: RFC 9110 15.2, RFC 8297. HTTP/1.0 has none."""
        if self.request_version != "HTTP/1.0" and self.protocol_version != "HTTP/1.0":
            self.send_response_only(102)
            self.end_headers()
            self.send_response_only(103)
            self.send_header("Link", "</style.css>; rel=preload")
            self.end_headers()
        self.answer(200, FILES["small.txt"])

    def _trailers(self):
        """In one piece, so that a gateway has head and trailers in its hand at once."""
        if self.request_version == "HTTP/1.0" or self.protocol_version == "HTTP/1.0":
            return self.answer(200, b"with trailers\n", close=True)
        return self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                                b"e\r\nwith trailers\n\r\n0\r\nX-Sum: 1\r\n\r\n")

    def _slow(self):
        """Every byte of the head, and the body, by itself."""
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nX-Slow: yes\r\n\r\n" + b"0123456789" * 2
        for byte in answer:
            self.wfile.write(bytes([byte]))
            time.sleep(0.002)


class OldHandler(Handler):
    """As an HTTP/1.0 server."""

    protocol_version = "HTTP/1.0"
