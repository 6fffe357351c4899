"""A server on aiohttp, as the tests want it: aiohttp_server.py ORDERS, a JSON file."""
import asyncio
import base64
import hashlib
import json
import signal
import ssl
import sys

import aiohttp
from aiohttp import web

with open(sys.argv[1]) as file:
    ORDERS = json.load(file)
LOG = open(ORDERS["log"], "a", buffering=1)
LIMIT = 65536


@web.middleware
async def logged(request, handler):
    transport = request.transport
    port = transport.get_extra_info("peername")[1]
    secure = transport.get_extra_info("ssl_object")
    status = 499
    try:
        answer = await handler(request)
        status = answer.status
        return answer
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        LOG.write(f"{port} {status} {'r' if secure and secure.session_reused else '.'} {request.path_qs}\n")


async def static(request):
    answer = web.FileResponse(f"{ORDERS['root']}/{request.path.rsplit('/', 1)[-1]}")
    return answer


async def text(request):
    with open(f"{ORDERS['root']}/text.txt", "rb") as file:
        answer = web.Response(body=file.read(), content_type="text/plain")
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.enable_compression(web.ContentCoding.gzip)
    return answer


async def private(request):
    if request.headers.get("authorization") != "Basic " + base64.b64encode(b"user:pass").decode():
        return web.Response(status=401, headers={"www-authenticate": 'Basic realm="here"'}, text="no\n")
    return web.Response(text="a secret\n")


async def echo(request):
    hashed, length = hashlib.sha256(), 0
    async for piece in request.content.iter_chunked(65536):
        hashed.update(piece)
        length += len(piece)
    told = {"method": request.method, "length": length, "sha256": hashed.hexdigest(), "fields": list(request.headers.items())}
    return web.json_response(told)


async def refuse(_request):
    return web.Response(status=417)


async def no_continue(_request):
    raise web.HTTPExpectationFailed()


async def limited(request):
    if int(request.headers.get("content-length", 0)) > LIMIT:
        raise web.HTTPRequestEntityTooLarge(LIMIT, 0, text="too big\n")
    return await echo(request)


async def no_wait_limited(request):
    if int(request.headers.get("content-length", 0)) <= LIMIT:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def chunked(request):
    answer = web.StreamResponse()
    answer.enable_chunked_encoding()
    await answer.prepare(request)
    with open(f"{ORDERS['root']}/text.txt", "rb") as file:
        while piece := file.read(7000):
            await answer.write(piece)
    return answer


async def stream(request):
    """Relays the origin's, so that a test feeds it as it feeds the others."""
    answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{ORDERS['origin']}{request.path_qs}") as inner:
        await answer.prepare(request)
        async for piece in inner.content.iter_any():
            await answer.write(piece)
    return answer


async def cut(request):
    answer = web.StreamResponse(headers={"content-length": "1000"})
    await answer.prepare(request)
    await answer.write(b"x" * 500)
    request.transport.close()
    return answer


async def number(request):
    status = int(request.match_info["number"])
    return web.Response(status=status, body=None if status in (204, 304) else b"as asked\n")


def moved(status, to):
    async def answer(_request):
        return web.Response(status=status, headers={"location": to})
    return answer


def application():
    app = web.Application(middlewares=[logged], client_max_size=1 << 28)
    app.router.add_get("/text.txt", text)
    for name in ORDERS["files"]:
        if name != "text.txt":
            app.router.add_get(f"/{name}", static)
    app.router.add_get("/plain/text.txt", static)
    app.router.add_get("/private/{name}", private)
    app.router.add_route("*", "/b/echo", echo)
    app.router.add_route("*", "/b/refuse", refuse, expect_handler=no_continue)
    app.router.add_route("*", "/limited/{name}", limited, expect_handler=no_wait_limited)
    app.router.add_get("/b/chunked", chunked)
    app.router.add_get("/b/stream", stream)
    app.router.add_get("/b/cut", cut)
    app.router.add_get("/b/{name:(small.txt|large.bin|empty.bin)}", static)
    app.router.add_route("*", r"/b/{number:\d+}", number)
    app.router.add_route("*", "/moved", moved(301, "/small.txt"))
    app.router.add_route("*", "/moved307", moved(307, "/b/echo"))
    app.router.add_route("*", "/moved303", moved(303, "/b/echo"))
    return app


def secure(version):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(ORDERS["certificate"], ORDERS["key"])
    made.minimum_version = made.maximum_version = version
    return made


async def main():
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    runners = []
    for port, keepalive, tls in ((ORDERS["http"], 60, None), (ORDERS["short"], 0.1, None),
                                 (ORDERS["tls12"], 60, secure(ssl.TLSVersion.TLSv1_2)), (ORDERS["tls13"], 60, secure(ssl.TLSVersion.TLSv1_3))):
        runner = web.AppRunner(application(), keepalive_timeout=keepalive, access_log=None, handler_cancellation=True) \
            if aiohttp.__version__ >= "3.9" else web.AppRunner(application(), keepalive_timeout=keepalive, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls, backlog=512).start()
        runners.append(runner)
    await ended.wait()
    for runner in runners:
        await runner.cleanup()


asyncio.run(main())
