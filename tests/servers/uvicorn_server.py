"""A server on uvicorn, as the tests want it: uvicorn_server.py ORDERS, a JSON file."""
import asyncio
import hashlib
import json
import signal
import ssl
import sys
import urllib.parse

import uvicorn

with open(sys.argv[1]) as file:
    ORDERS = json.load(file)
LOG = open(ORDERS["log"], "a", buffering=1)
FILES = {}
for _name in ORDERS["files"]:
    with open(f"{ORDERS['root']}/{_name}", "rb") as file:
        FILES[_name] = file.read()


async def relay(target, send):
    """The origin's stream over a connection of our own, so that a test feeds it as it feeds the others."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ORDERS["origin"])
    try:
        writer.write(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        while piece := await reader.read(65536):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        writer.close()


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    path, query = scope["path"], scope["query_string"].decode()
    name = path.rsplit("/", 1)[-1]
    fields = {k.decode(): v.decode("latin-1") for k, v in scope["headers"]}

    async def answer(status, body=b"", *more, length=True):
        head = [(b"content-length", str(len(body)).encode())] if length and status not in (204, 304) else []
        await send({"type": "http.response.start", "status": status, "headers": head + list(more)})
        await send({"type": "http.response.body", "body": b"" if status in (204, 304) else body})
        LOG.write(f"{scope['client'][1]} {status} . {path}{'?' if query else ''}{query}\n")

    if path.startswith("/limited") and int(fields.get("content-length", 0)) > 65536:
        return await answer(413, b"too big\n")
    if name in FILES:
        return await answer(200, FILES[name])
    if name in ("echo",):
        hashed, length, more = hashlib.sha256(), 0, True
        while more:
            event = await receive()
            hashed.update(event.get("body", b""))
            length += len(event.get("body", b""))
            more = event.get("more_body", False)
        told = {"method": scope["method"], "length": length, "sha256": hashed.hexdigest(), "fields": list(fields.items())}
        return await answer(200, json.dumps(told).encode())
    if name == "chunked":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for at in range(0, len(FILES["text.txt"]), 7000):
            await send({"type": "http.response.body", "body": FILES["text.txt"][at:at + 7000], "more_body": True})
        return await send({"type": "http.response.body", "body": b""})
    if name == "stream":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        streaming = asyncio.ensure_future(relay(f"{path}?{query}", send))
        gone = asyncio.ensure_future(_gone(receive))
        await asyncio.wait([streaming, gone], return_when=asyncio.FIRST_COMPLETED)
        for task in (streaming, gone):
            task.cancel()
        return LOG.write(f"{scope['client'][1]} 200 . {path}?{query}\n")
    if name.isdigit():
        return await answer(int(name), b"as asked\n")
    if name in ("moved", "moved307", "moved303"):
        return await answer(int(name[5:] or 301), b"", (b"location", b"/b/echo" if name[5:] else b"/small.txt"))
    return await answer(404, b"nothing here\n")


async def _gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def main():
    made = []
    for port, keepalive, tls in ((ORDERS["http"], 60, None), (ORDERS["short"], 1, None), (ORDERS["tls12"], 60, ssl.TLSVersion.TLSv1_2),
                                 (ORDERS["tls13"], 60, ssl.TLSVersion.TLSv1_3)):
        secure = {"ssl_certfile": ORDERS["certificate"], "ssl_keyfile": ORDERS["key"], "ssl_ciphers": "ECDHE+AESGCM"} if tls else {}
        config = uvicorn.Config(app, host="127.0.0.1", port=port, timeout_keep_alive=keepalive, log_level="critical", lifespan="off", **secure)
        config.load()
        if tls:
            config.ssl.minimum_version = config.ssl.maximum_version = tls
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        made.append(server)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: [setattr(server, "should_exit", True) for server in made])
    await asyncio.gather(*(server.serve() for server in made))


asyncio.run(main())
