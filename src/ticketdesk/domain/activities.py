"""The append-only record of a ticket: the kinds of its entries, and the chain that makes tampering show.

Each entry's hash covers its content and the hash before it, and the ticket keeps the newest hash: an entry that was
altered, removed, inserted or moved no longer fits (spec: product.md section 9).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class ActivityKind(StrEnum):
    """What an entry of the record says happened to the ticket."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    SENT = "sent"
    VIEWED = "viewed"
    REMINDED = "reminded"
    REMINDER_CHANGED = "reminder_changed"
    COMMENTED = "commented"
    REPLIED = "replied"
    NOTED = "noted"
    ACTION_TICKED = "action_ticked"
    ACTION_UNTICKED = "action_unticked"
    STARTED = "started"
    ASSIGNED = "assigned"
    COMPLETED = "completed"
    RETURNED = "returned"
    CLOSED = "closed"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    REACTIVATED = "reactivated"
    MESSAGE_SENT = "message_sent"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_CANCELLED = "message_cancelled"


GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. ``facts`` are JSON values; ``seq`` counts from 1 within the ticket."""

    ticket_id: UUID
    seq: int
    occurred_at: datetime
    actor_kind: str
    actor_id: str | None
    actor_name: str
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it is stored, with its two hashes."""

    entry: Entry
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the chain, and why."""

    seq: int
    why: str


def canonical(entry: Entry) -> bytes:
    """Return the one spelling of an entry that is hashed: JSON, keys sorted, no spaces, UTF-8, UTC microseconds."""
    content = {
        "ticket_id": str(entry.ticket_id),
        "seq": entry.seq,
        "occurred_at": entry.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
        "kind": entry.kind,
        "facts": entry.facts,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(previous_hash: bytes, entry: Entry) -> bytes:
    """Return the SHA-256 over the hash before and the canonical entry: 32 bytes."""
    return hashlib.sha256(previous_hash + canonical(entry)).digest()


def verify(chain: Iterable[Sealed], head_seq: int, head_hash: bytes) -> Broken | None:
    """Return the first entry that breaks the chain, ``None`` when it is whole up to the head the ticket keeps."""
    seq, expected = 0, GENESIS
    for sealed in chain:
        seq += 1
        if sealed.entry.seq != seq:
            return Broken(seq, "the entry is missing")
        if sealed.previous_hash != expected:
            return Broken(seq, "it does not follow the entry before it")
        if sealed.hash != entry_hash(expected, sealed.entry):
            return Broken(seq, "its content was altered")
        expected = sealed.hash
    if seq < head_seq:
        return Broken(seq + 1, "the entry is missing")
    if (seq, expected) != (head_seq, head_hash):
        return Broken(max(seq, 1), "the ticket's own last hash differs")
    return None
