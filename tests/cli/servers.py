"""Servers that the tests drive byte by byte. Each listens on a free port of 127.0.0.1 and ends with its `with` block."""
import socket
import threading


class Request:
    """One request as it came over the wire."""

    def __init__(self, line, fields, body, connection):
        self.method, self.target, self.version = line.split(b" ", 2)
        self.fields = fields
        self.body = body
        self.connection = connection  # counted from 1

    def values(self, name):
        return [v for k, v in self.fields if k.lower() == name.lower()]


class Wire:
    """The server's end of one connection."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def _more(self):
        piece = self.sock.recv(65536)
        if not piece:
            raise ConnectionError
        self.buffer += piece

    def until(self, mark):
        while mark not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def exactly(self, count):
        while len(self.buffer) < count:
            self._more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def request(self, number):
        """Reads one request with its body."""
        line, *rest = self.until(b"\r\n\r\n").split(b"\r\n")
        fields = [tuple(part.strip(b" \t") for part in field.split(b":", 1)) for field in rest]
        low = {k.lower(): v for k, v in fields}
        body = b""
        if low.get(b"transfer-encoding", b"").lower() == b"chunked":
            while size := int(self.until(b"\r\n").split(b";")[0], 16):
                body += self.exactly(size)
                self.until(b"\r\n")
            self.until(b"\r\n")
        else:
            body = self.exactly(int(low.get(b"content-length", b"0")))
        return Request(line, fields, body, number)

    def send(self, data):
        self.sock.sendall(data)

    def close(self):
        raise ConnectionError

    def wait_for_end(self):
        """Silence until the client goes away."""
        while self.sock.recv(65536):
            pass
        raise ConnectionError


class Server:
    """Calls `talk(wire, number)` in a thread of its own for each connection. What it raises ends the connection."""

    def __init__(self, talk, tls=None, at=("127.0.0.1", 0)):
        self.talk = talk
        self.tls = tls
        self.connections = 0
        self.socket = socket.create_server(at, family=socket.AF_INET6 if ":" in at[0] else socket.AF_INET)
        self.port = self.socket.getsockname()[1]
        self.open = []
        self.talks = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def _accept(self):
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(sock)
            talk = threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True)
            self.talks.append(talk)
            talk.start()

    def _serve(self, sock, number):
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            self.talk(Wire(sock), number)
        except (OSError, ValueError):
            pass
        finally:
            sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A close alone does not wake the thread in accept.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        for sock in self.open:
            sock.close()


class Site(Server):
    """A keep-alive HTTP server. Routes: path -> bytes of an answer, or function(request, wire) that sends or returns it.
    An answer for the path None serves every other path."""

    def __init__(self, routes, tls=None, **more):
        self.routes = routes
        self.requests = []
        super().__init__(self._converse, tls, **more)

    def _converse(self, wire, number):
        while True:
            request = wire.request(number)
            self.requests.append(request)
            path = request.target.split(b"?")[0].decode("latin-1")
            answer = self.routes.get(path, self.routes.get(None, answer_with(b"no such path", "404 Not Found")))
            if callable(answer):
                answer = answer(request, wire)
            if answer:
                wire.send(answer)


def answer_with(body, status="200 OK", *fields):
    """A whole answer with its length."""
    lines = [f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % len(body)]
    lines += [f if isinstance(f, bytes) else f.encode() for f in fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def then_close(data):
    """Sends these bytes and closes the connection."""

    def talk(_request, wire):
        wire.send(data)
        wire.close()

    return talk
