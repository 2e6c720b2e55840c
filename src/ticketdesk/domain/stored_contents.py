"""What is known of a file by its bytes alone, taken while they pass by."""

import hashlib
import re
from dataclasses import dataclass

from ticketdesk.domain.media_types import HEAD_BYTES, TAIL_BYTES, judge

_KEY = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


def key_of(digest: bytes) -> str:
    """Return where a content is kept: in 65,536 folders of two levels, so that none grows long."""
    name = digest.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"


def digest_at(key: str) -> bytes | None:
    """Return which content is kept at ``key``, ``None`` if that is no place for any."""
    found = _KEY.fullmatch(key)
    return bytes.fromhex(found[3]) if found else None


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content that is kept: its SHA-256 (32 bytes), its size in bytes, and its media type by its own bytes."""

    digest: bytes
    size: int
    media_type: str


class Measure:
    """Takes a content piece by piece and holds no more of it than judging its media type needs."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._head = b""
        self._tail = b""
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(piece)
        self.size += len(piece)
        self._head += piece[: HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + piece)[-TAIL_BYTES:]

    def content(self) -> StoredContent:
        """Return what the bytes so far are."""
        return StoredContent(self._hash.digest(), self.size, judge(self._head, self._tail))
