"""Files in a store that speaks the S3 protocol, each under its SHA-256 (extra ``s3``).

What comes is spooled to a nameless temporary file, since a content's key is known only at its end, and then sent as one
object, in parts where it is large. An object is there whole or not at all.
"""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from ticketdesk.domain.ports import ContentMissing, StorageUnavailable
from ticketdesk.domain.stored_contents import Measure, StoredContent, digest_at, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore import GetOptions
    from obstore.store import ClientConfig, S3Config

PIECE_BYTES = 262_144
LISTED_AT_ONCE = 500
SECONDS = "30s"
# A caller waits meanwhile; the library alone would go on trying for three minutes.
PATIENCE = timedelta(seconds=20)
_OPTIONS = {"endpoint", "region"}
_FORM = "s3://[key:secret@]bucket[/prefix][?endpoint=https://host&region=name]"


class S3Storage:
    """Keeps contents in one bucket, below a prefix if any."""

    def __init__(self, url: str) -> None:
        """Take the address; raises ``ValueError`` for one of another form, and never repeats it.

        Key and secret come from the address, percent-encoded, or from the environment as for every client of S3
        (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, instance and container roles); so does the region.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        is_known = options.keys() <= _OPTIONS and all(options.values())
        if parts.scheme != "s3" or not parts.hostname or parts.fragment or not is_known:
            raise ValueError(f"a storage is {_FORM}")
        config: S3Config = {}
        if parts.username and parts.password:
            config = {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
        if region := options.get("region"):
            config["region"] = region
        if endpoint := options.get("endpoint"):
            config["endpoint"] = endpoint
        self._bucket = parts.hostname
        client: ClientConfig = {"timeout": SECONDS, "allow_http": (endpoint or "").startswith("http://")}
        self._store = S3Store(
            self._bucket,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options=client,
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
        )

    async def put(self, pieces: AsyncIterator[bytes]) -> StoredContent:
        """Keep what comes; it is sent once all of it is there."""
        measure = Measure()
        with tempfile.TemporaryFile() as spooled:
            async for piece in pieces:
                measure.add(piece)
                await asyncio.to_thread(spooled.write, piece)
            content = measure.content()
            await self._send(key_of(content.digest), spooled)
        return content

    async def read(self, digest: bytes, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``first`` on in pieces."""
        if count == 0:
            return
        wanted: GetOptions = {}
        if count is not None:
            wanted["range"] = (first, first + count)
        elif first:
            wanted["range"] = {"offset": first}
        with _faults(digest):
            found = await obstore.get_async(self._store, key_of(digest), options=wanted)
            async for piece in found.stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    async def holds(self, digest: bytes) -> bool:
        """Ask for the object's head."""
        try:
            with _faults(digest):
                await obstore.head_async(self._store, key_of(digest))
        except ContentMissing:
            return False
        return True

    async def kept_before(self, before: datetime) -> AsyncIterator[Sequence[bytes]]:
        """Yield what is in each page of the bucket's list, by the time at which objects were sent."""
        with _faults():
            async for page in obstore.list(self._store, chunk_size=LISTED_AT_ONCE):
                old = [digest_at(each["path"]) for each in page if each["last_modified"] < before]
                yield [digest for digest in old if digest]

    async def remove(self, digest: bytes) -> None:
        """Remove the object."""
        with _faults(digest), suppress(NotFoundError, FileNotFoundError):
            await obstore.delete_async(self._store, key_of(digest))

    async def try_out(self) -> str:
        """Write, read and remove an object beside the contents."""
        key, token = f"unfinished/{secrets.token_hex(16)}", secrets.token_bytes(16)
        with _faults():
            await obstore.put_async(self._store, key, token)
            found = await (await obstore.get_async(self._store, key)).bytes_async()
            await obstore.delete_async(self._store, key)
        if bytes(found) != token:
            raise StorageUnavailable("the store does not give back what was written")
        return f"files are kept in the bucket {self._bucket}."

    async def forget_unfinished(self, before: datetime) -> int:  # noqa: ARG002 - what is spooled goes with its process
        """Remove nothing: what is spooled has no name; parts of objects are for the bucket's lifecycle rules."""
        return 0

    async def _send(self, key: str, spooled: "IO[bytes]") -> None:
        spooled.seek(0)
        with _faults():
            await obstore.put_async(self._store, key, spooled)


@contextmanager
def _faults(digest: bytes = b"") -> "Iterator[None]":
    """Turn the library's errors into the port's; their texts may hold addresses, so only their names are passed on."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        if not digest:
            raise StorageUnavailable("the bucket is not there") from error
        raise ContentMissing(f"no content {digest.hex()}") from error
    except (BaseError, OSError) as error:
        raise StorageUnavailable(f"the store failed ({type(error).__name__})") from error
