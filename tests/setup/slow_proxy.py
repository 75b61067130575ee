#!/usr/bin/env python3
"""A local TCP proxy that delivers responses at a limited rate.

    slow_proxy.py PORT TARGET_HOST:TARGET_PORT BYTES_PER_SECOND

The limit applies to all connections in total; requests are not limited. Parallel connections do not
make a download faster, so its duration is predictable.
"""

import asyncio
import sys

CHUNK = 16 * 1024


class Throttle:
    """Limits sending to `rate` bytes per second."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.free_at = 0.0

    async def take(self, size: int) -> None:
        now = asyncio.get_running_loop().time()
        start = max(now, self.free_at)
        self.free_at = start + size / self.rate
        await asyncio.sleep(self.free_at - now)


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, throttle: Throttle | None
) -> None:
    """Copies one direction until it ends, and passes the end on."""
    try:
        while chunk := await reader.read(CHUNK):
            if throttle:
                await throttle.take(len(chunk))
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


async def main(port: int, host: str, target_port: int, rate: int) -> None:
    throttle = Throttle(rate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target_reader, target_writer = await asyncio.open_connection(host, target_port)
        except OSError as error:
            print(f"cannot reach {host}:{target_port}: {error}", file=sys.stderr)
            writer.close()
            return
        await asyncio.gather(
            pump(reader, target_writer, None), pump(target_reader, writer, throttle)
        )
        target_writer.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    listen, target, rate_text = sys.argv[1:]
    target_host, _, target_number = target.rpartition(":")
    asyncio.run(main(int(listen), target_host, int(target_number), int(rate_text)))
