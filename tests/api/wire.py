"""Bytes on a connection, for what no client library would send."""

import asyncio


async def exchange(address: str, *parts: bytes, pause: float = 0.0, gate: asyncio.Event | None = None) -> bytes:
    """Send raw bytes and return all that comes back until the end.

    Further parts follow after ``pause`` seconds each, or once ``gate`` is open.
    """
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await (asyncio.sleep(pause) if gate is None else gate.wait())
        return await reader.read()
    finally:
        writer.close()
