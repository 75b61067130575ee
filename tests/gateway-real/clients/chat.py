"""People in a chat.

    chat.py GATEWAY HOST talk COUNT PAUSE   two people, who say something in turn with so many seconds in between, COUNT times each
    chat.py GATEWAY HOST listen             one who says nothing, until the connection is closed; prints the code and after how long
"""

import asyncio
import json
import sys
import time

import aiohttp

gateway, host, what = sys.argv[1:4]


def join(session: aiohttp.ClientSession):
    return session.ws_connect(f"http://{gateway}/chat", headers={"Host": host})


async def talk(count: int, pause: float) -> None:
    async with aiohttp.ClientSession() as session, join(session) as one, join(session) as other:
        for number in range(2 * count):
            said = f"message {number}"
            await (one, other)[number % 2].send_str(said)
            for person in (one, other):
                heard = await person.receive_str(timeout=5)
                assert heard == said, f"heard {heard!r} instead of {said!r}"
            if number % 2:
                await asyncio.sleep(pause)
    print(json.dumps({"messages": 2 * count}))


async def listen() -> None:
    begun = time.monotonic()
    async with aiohttp.ClientSession() as session, join(session) as one:
        message = await one.receive(timeout=60)
        assert message.type == aiohttp.WSMsgType.CLOSE or one.closed, message
        print(json.dumps({"code": one.close_code, "seconds": round(time.monotonic() - begun, 1)}))


asyncio.run(talk(int(sys.argv[4]), float(sys.argv[5])) if what == "talk" else listen())
