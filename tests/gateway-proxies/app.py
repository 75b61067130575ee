"""An application behind a proxy and the gateway, which shows what arrives: headers, WebSocket messages, uploads while they arrive, and
events that wait for each other. What it keeps belongs to a name that the client chooses."""

import asyncio
import collections
import hashlib

import uvicorn
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.websockets import WebSocketDisconnect

app = FastAPI()
received: collections.Counter[str] = collections.Counter()
allowed: collections.defaultdict[str, asyncio.Semaphore] = collections.defaultdict(lambda: asyncio.Semaphore(1))


@app.get("/")
async def hello() -> PlainTextResponse:
    return PlainTextResponse("hello from the shop\n")


@app.get("/headers")
async def headers(request: Request) -> dict[str, str]:
    return dict(request.headers)


@app.websocket("/echo")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await socket.receive_bytes())
    except (WebSocketDisconnect, KeyError):
        pass


@app.get("/events")
async def events(name: str, count: int) -> StreamingResponse:
    """Each event but the first is sent only after somebody has asked for it at /next: who waits for all of them gets none."""

    async def stream():
        for number in range(count):
            await allowed[name].acquire()
            yield f"data: {number}\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


@app.post("/next")
async def following(name: str) -> None:
    allowed[name].release()


@app.post("/upload")
async def upload(request: Request, name: str) -> dict[str, object]:
    digest = hashlib.sha256()
    async for piece in request.stream():
        digest.update(piece)
        received[name] += len(piece)
    return {"size": received[name], "sha256": digest.hexdigest()}


@app.get("/received")
async def so_far(name: str) -> int:
    return received[name]


uvicorn.run(app, host="0.0.0.0", port=8080, log_level="warning")
