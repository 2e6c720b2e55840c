"""Whether the storage still has what was stored (spec: product.md section 9)."""

import hashlib
from collections.abc import AsyncIterator

from ticketdesk.domain.ports import ContentMissing, Storage
from ticketdesk.repositories.unit_of_work import UnitOfWork


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
