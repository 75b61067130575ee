"""A small application with the kinds of connections that a gateway must not cut: a chat over WebSocket, a stream of events, uploads and
slow downloads. It accepts at port 8080 once the seconds of its first argument have passed; a second argument is the memory, in MiB,
that it keeps in use."""

import asyncio
import hashlib
import sys
import time

from aiohttp import WSMsgType, web

people = web.AppKey("people", set) if hasattr(web, "AppKey") else "people"


async def hello(request: web.Request) -> web.Response:
    await asyncio.sleep(float(request.query.get("after", "0")))
    return web.Response(text="hello\n")


async def chat(request: web.Request) -> web.WebSocketResponse:
    """What one says, everybody hears."""
    here = web.WebSocketResponse()
    await here.prepare(request)
    everybody = request.app[people]
    everybody.add(here)
    try:
        async for message in here:
            if message.type == WSMsgType.TEXT:
                for person in list(everybody):
                    await person.send_str(message.data)
    finally:
        everybody.discard(here)
    return here


async def events(request: web.Request) -> web.StreamResponse:
    """Numbered events, `every` so many seconds, `count` of them."""
    every, count = float(request.query["every"]), int(request.query["count"])
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await stream.prepare(request)
    for number in range(count):
        await stream.write(f"id: {number}\ndata: {time.time()}\n\n".encode())
        await asyncio.sleep(every)
    await stream.write_eof()
    return stream


async def upload(request: web.Request) -> web.Response:
    """How many bytes came, and their SHA-256."""
    digest, size = hashlib.sha256(), 0
    async for piece in request.content.iter_chunked(1 << 20):
        digest.update(piece)
        size += len(piece)
    return web.json_response({"size": size, "sha256": digest.hexdigest()})


async def download(request: web.Request) -> web.StreamResponse:
    """Ten KiB, ten times a second, for so many seconds."""
    seconds = int(request.query["seconds"])
    stream = web.StreamResponse()
    stream.content_length = seconds * 10 * 10240
    await stream.prepare(request)
    for _ in range(seconds * 10):
        await stream.write(b"x" * 10240)
        await asyncio.sleep(0.1)
    await stream.write_eof()
    return stream


def main() -> None:
    wait, megabytes = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    memory = bytearray(megabytes << 20)
    for page in range(0, len(memory), 4096):
        memory[page] = 1
    time.sleep(wait)
    app = web.Application(client_max_size=0)
    app[people] = set()
    app.router.add_get("/", hello)
    app.router.add_get("/chat", chat)
    app.router.add_get("/events", events)
    app.router.add_post("/upload", upload)
    app.router.add_put("/upload", upload)
    app.router.add_get("/download", download)
    web.run_app(app, port=8080, print=None, backlog=2048)


main()
