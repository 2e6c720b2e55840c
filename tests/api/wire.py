"""Bytes on a connection, for what no client library would send."""

import asyncio


async def exchange(address: str, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send raw bytes, waiting ``pause`` seconds between the parts, and return all that comes back until the end."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await reader.read()
    finally:
        writer.close()
