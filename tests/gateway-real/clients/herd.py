"""So many requests at once, each over a connection of its own: how often which status, and how long the last one took.

    herd.py GATEWAY HOST COUNT
"""

import asyncio
import collections
import json
import sys
import time

import aiohttp

gateway, host, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


async def ask(session: aiohttp.ClientSession) -> str:
    try:
        async with session.get(f"http://{gateway}/", headers={"Host": host}) as answer:
            await answer.read()
            return str(answer.status)
    except aiohttp.ClientError as error:
        return type(error).__name__


async def main() -> None:
    begun = time.monotonic()
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=90)) as session:
        statuses = collections.Counter(await asyncio.gather(*(ask(session) for _ in range(count))))
    print(json.dumps({"statuses": dict(statuses), "longest": round(time.monotonic() - begun, 2)}))


asyncio.run(main())
