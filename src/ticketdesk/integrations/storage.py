"""Files on a local disk, each under its SHA-256.

A content is written aside, forced to the disk and renamed into place, so that what has a digest for a name is whole
after a crash as well, and of two equal contents that come at once one replaces the other unnoticed. Files and folders
are for the account of the process alone.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

from ticketdesk.domain.ports import ContentMissing, StorageUnavailable
from ticketdesk.domain.stored_contents import Measure, StoredContent, digest_at, key_of

PIECE_BYTES = 262_144
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class DiskStorage:
    """Keeps contents below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._drafts = root / "unfinished"

    async def put(self, pieces: AsyncIterator[bytes]) -> StoredContent:
        """Keep what comes; a draft of it is removed if ``pieces`` raises."""
        draft = self._drafts / secrets.token_hex(16)
        file = await asyncio.to_thread(_create, draft)
        try:
            content = await _write(file, pieces)
            await asyncio.to_thread(self._keep, file, draft, content.digest)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        finally:
            os.close(file)
        return content

    async def read(self, digest: bytes, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``first`` on in pieces."""
        try:
            file = await asyncio.to_thread(os.open, self._path(digest), os.O_RDONLY)
        except FileNotFoundError as error:
            raise ContentMissing(f"no content {digest.hex()}") from error
        try:
            left = os.fstat(file).st_size - first if count is None else count
            while left > 0:
                piece = await asyncio.to_thread(os.pread, file, min(left, PIECE_BYTES), first)
                if not piece:
                    raise ContentMissing(f"content {digest.hex()} ends early")
                yield piece
                first, left = first + len(piece), left - len(piece)
        finally:
            os.close(file)

    async def holds(self, digest: bytes) -> bool:
        """Look for the file."""
        return await asyncio.to_thread(self._path(digest).is_file)

    async def kept_before(self, before: datetime) -> AsyncIterator[Sequence[bytes]]:
        """Yield what is in each folder, by the time at which files were written."""
        for first in await asyncio.to_thread(_folders, self._root):
            for folder in await asyncio.to_thread(_folders, first):
                if digests := await asyncio.to_thread(_older, folder, before.timestamp()):
                    yield digests

    async def remove(self, digest: bytes) -> None:
        """Remove the file."""
        await asyncio.to_thread(self._path(digest).unlink, missing_ok=True)

    async def try_out(self) -> str:
        """Write, read and remove a draft."""
        draft = self._drafts / secrets.token_hex(16)
        await asyncio.to_thread(_try, draft)
        return f"files are kept in {self._root}."

    async def forget_unfinished(self, before: datetime) -> int:
        """Remove drafts that nobody has written to since then."""
        return await asyncio.to_thread(_remove_older, self._drafts, before.timestamp())

    def _path(self, digest: bytes) -> Path:
        return self._root / key_of(digest)

    def _keep(self, file: int, draft: Path, digest: bytes) -> None:
        path = self._path(digest)
        os.fsync(file)
        _make_folder(path.parent)
        draft.replace(path)
        # The rename itself has to outlive a crash, too, and so have the folders that it may have been the first in.
        for folder in (path.parent, path.parent.parent, self._root):
            _sync(folder)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make_folder(folder.parent)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def _create(draft: Path) -> int:
    try:
        _make_folder(draft.parent)
        return os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    except OSError as error:
        raise StorageUnavailable(error.errno, f"{draft.parent} cannot be written") from error


async def _write(file: int, pieces: AsyncIterator[bytes]) -> StoredContent:
    """Write all pieces, some of them together: each write is a trip to a thread."""
    measure, waiting = Measure(), bytearray()
    async for piece in pieces:
        measure.add(piece)
        waiting += piece
        if len(waiting) >= PIECE_BYTES:
            await asyncio.to_thread(_write_all, file, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(_write_all, file, bytes(waiting))
    return measure.content()


def _write_all(file: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(file, content[written:])


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _try(draft: Path) -> None:
    file = _create(draft)
    try:
        _write_all(file, b"ticketdesk")
        os.fsync(file)
        if os.pread(file, 20, 0) != b"ticketdesk":
            raise StorageUnavailable(f"{draft.parent} does not give back what was written")
    finally:
        os.close(file)
        draft.unlink()


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _older(folder: Path, before: float) -> list[bytes]:
    found = ((digest_at(f"{folder.parent.name}/{folder.name}/{path.name}"), path) for path in folder.iterdir())
    return [digest for digest, path in found if digest and path.stat().st_mtime < before]


def _remove_older(folder: Path, before: float) -> int:
    removed = 0
    for draft in folder.iterdir() if folder.is_dir() else ():
        if draft.stat().st_mtime < before:
            draft.unlink(missing_ok=True)
            removed += 1
    return removed
