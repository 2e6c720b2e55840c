"""Whether the storage has what was stored, and nothing else (spec: product.md section 9)."""

import hashlib
from collections.abc import AsyncIterator, Sequence

from ticketdesk.domain.ports import ContentMissing, Storage, StorageUnavailable
from ticketdesk.repositories.unit_of_work import UnitOfWork


async def claim(uow: UnitOfWork, storage: Storage, digest: bytes) -> None:
    """Make sure that a content that was just put stays while the transaction attaches it.

    Raises ``StorageUnavailable`` if ``forget_unused`` has just removed it, as an old content that no file had.
    """
    await uow.attachments.lock_content(digest)
    if not await storage.holds(digest):
        raise StorageUnavailable("the content was removed again; put it once more")


async def forget_unused(uow: UnitOfWork, storage: Storage, digests: Sequence[bytes]) -> int:
    """Remove those contents that no file has, as their upload was refused, and return how many they were.

    Safe against uploads of the same contents: whoever ``claim``s one either keeps it or learns that it is gone.
    """
    await uow.attachments.lock_content(*await uow.attachments.unnamed(digests))
    unused = await uow.attachments.unnamed(digests)
    for digest in unused:
        await storage.remove(digest)
    return len(unused)


async def verify_all(uow: UnitOfWork, storage: Storage) -> AsyncIterator[tuple[bytes, str | None]]:
    """Read every content again, piece by piece; yields its digest with what is wrong, or ``None``.

    Raises ``StorageUnavailable`` where the storage does not answer.
    """
    after = b""
    while files := await uow.attachments.stored(after):
        for digest, size in files:
            yield digest, await _examine(storage, digest, size)
        after = files[-1][0]


async def _examine(storage: Storage, digest: bytes, size: int) -> str | None:
    found, read = hashlib.sha256(), 0
    try:
        async for piece in storage.read(digest):
            found.update(piece)
            read += len(piece)
    except ContentMissing:
        return "it is missing"
    return None if (found.digest(), read) == (digest, size) else "its content was altered"
