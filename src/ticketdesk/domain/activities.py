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
    UNASSIGNED = "unassigned"
    HANDOVER_REQUESTED = "handover_requested"
    HANDOVER_DECLINED = "handover_declined"
    HANDOVER_EXPIRED = "handover_expired"
    HANDOVER_CANCELLED = "handover_cancelled"
    TRANSFERRED = "transferred"
    OUTREACH = "outreach"
    CALL_NOTED = "call_noted"
    ATTACHED = "attached"
    ANSWERED = "answered"
    ANSWERS_ACCEPTED = "answers_accepted"
    DELEGATED = "delegated"
    DELEGATION_ENDED = "delegation_ended"
    RESENT = "resent"
    CONTENT_RENEWED = "content_renewed"
    RECIPIENT_ADDED = "recipient_added"
    RECIPIENT_REMOVED = "recipient_removed"
    INVITED = "invited"
    REGISTERED = "registered"
    COMPLETED = "completed"
    RETURNED = "returned"
    LEFT_UNCHECKED = "left_unchecked"
    CLOSED = "closed"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    REACTIVATED = "reactivated"
    MESSAGE_SENT = "message_sent"
    MESSAGE_FAILED = "message_failed"


# What stands in for the hash before the first entry.
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. ``facts`` are what ``as_json`` takes; ``seq`` counts from 1 within the ticket.

    ``None`` for time or facts stands for what is stored but cannot be read, so that nothing was ever hashed with it.
    """

    id: UUID
    ticket_id: UUID
    seq: int
    occurred_at: datetime | None
    actor_kind: str
    actor_id: str | None
    actor_name: str
    kind: str
    facts: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it is stored, with its two hashes."""

    entry: Entry
    previous_hash: bytes
    hash: bytes


class Damage(StrEnum):
    """What is wrong with the first entry that does not fit, as a sentence for people."""

    MISSING = "the entry is missing"
    INSERTED = "it was inserted"
    UNLINKED = "it does not follow the entry before it"
    ALTERED = "its content was altered"
    HEAD_ALTERED = "the ticket's own last hash differs"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the chain, and why."""

    seq: int
    why: Damage


# Tuples for ``isinstance``, made once: ``bool | int`` would be built anew at each call.
_PLAIN, _TEXTUAL = (bool, int), (str, UUID)


def as_json(fact: object) -> Any:
    """Return ``fact`` in JSON values: times as UTC with microseconds, ids as text, tuples as lists.

    In this form facts survive a round trip through ``jsonb`` and hash the same. ``TypeError`` for anything else,
    fractions included, which a database may spell differently; ``ValueError`` for a time without a zone.
    """
    if fact is None or isinstance(fact, _PLAIN):
        return fact
    if isinstance(fact, _TEXTUAL):
        return str(fact)
    if isinstance(fact, datetime):
        return _spell(fact)
    if isinstance(fact, list | tuple):
        return [as_json(item) for item in fact]
    if isinstance(fact, Mapping) and all(isinstance(key, str) for key in fact):
        return {str(key): as_json(value) for key, value in fact.items()}
    raise TypeError(f"{type(fact).__name__} is no fact: give text, whole numbers, times, ids, or lists and objects.")


# Made once: ``json.dumps`` makes an encoder for each call that asks for anything but its defaults.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(entry: Entry) -> bytes:
    """Return the one spelling of an entry that is hashed: JSON of ``as_json`` values, keys sorted, no spaces, UTF-8."""
    content = {
        "id": str(entry.id),
        "ticket_id": str(entry.ticket_id),
        "seq": entry.seq,
        "occurred_at": as_json(entry.occurred_at),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
        "kind": entry.kind,
        "facts": as_json(entry.facts),
    }
    return _write(content).encode()


def entry_hash(previous_hash: bytes, entry: Entry) -> bytes:
    """Return the SHA-256 over the hash before (first ``GENESIS``) and the canonical entry: 32 bytes."""
    return hashlib.sha256(previous_hash + canonical(entry)).digest()


def verify(chain: Iterable[Sealed], head_seq: int, head_hash: bytes) -> Broken | None:
    """Return the first entry that breaks the chain, ``None`` when it is whole up to the head the ticket keeps.

    ``chain`` comes in the order of ``seq`` and is read once; a ticket without entries keeps 0 and ``GENESIS``. What
    the database holds may be anything, also what could never have been hashed.
    """
    seq, expected = 0, GENESIS
    for sealed in chain:
        seq += 1
        damage = _examine(sealed, seq, expected)
        if damage is None and seq > head_seq:
            damage = Damage.INSERTED
        if damage is not None:
            # An entry with the number of another one is named by that number, not by its place in the chain.
            return Broken(max(min(seq, sealed.entry.seq), 1), damage)
        expected = sealed.hash
    if seq < head_seq:
        return Broken(seq + 1, Damage.MISSING)
    return None if expected == head_hash else Broken(max(seq, 1), Damage.HEAD_ALTERED)


def _examine(sealed: Sealed, seq: int, expected: bytes) -> Damage | None:
    if sealed.entry.seq != seq:
        return Damage.MISSING if sealed.entry.seq > seq else Damage.INSERTED
    if sealed.previous_hash != expected:
        return Damage.UNLINKED
    return None if _holds(sealed) else Damage.ALTERED


def _holds(sealed: Sealed) -> bool:
    """Tell whether the content still has its hash; what nothing can have hashed (a fraction, deep nesting) has not."""
    try:
        return entry_hash(sealed.previous_hash, sealed.entry) == sealed.hash
    except (TypeError, ValueError, RecursionError):
        return False


def _spell(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError("A time in the record needs a zone.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
