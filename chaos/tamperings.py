"""Ways in which the database's owner can alter a record of five entries, and the entry that then does not fit."""

from dataclasses import dataclass

ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Tampering:
    """Statements with ``:ticket`` and ``:other``, a second ticket with a record of its own, and the ``seq`` to name."""

    what: str
    statements: tuple[str, ...]
    entry: int


def _altered(column: str, value: str, entry: int = 3) -> Tampering:
    statement = f"UPDATE activities SET {column} = {value} WHERE ticket_id = :ticket AND seq = {entry}"
    return Tampering(f"{column} = {value}", (statement,), entry)


def _removed(what: str, condition: str, entry: int) -> Tampering:
    return Tampering(what, (f"DELETE FROM activities WHERE ticket_id = :ticket AND {condition}",), entry)


_COPIED = (
    "INSERT INTO activities (id, ticket_id, seq, occurred_at, actor_kind, actor_id, actor_name, kind, facts, "
    "previous_hash, hash) SELECT gen_random_uuid(), {ticket}, {seq}, occurred_at, actor_kind, actor_id, actor_name, "
    "kind, facts, {previous}, sha256(hash) FROM activities WHERE ticket_id = {source} AND seq = {copied}"
)
_FREE_SEQ = "ALTER TABLE activities DROP CONSTRAINT IF EXISTS uq_activities_ticket_id_seq"

ALTERED = (
    _altered("id", "gen_random_uuid()"),
    _altered("occurred_at", "occurred_at + interval '1 microsecond'"),
    _altered("occurred_at", "'infinity'"),
    _altered("occurred_at", "'0044-03-15 BC'"),
    _altered("occurred_at", "'20000-01-01'"),
    _altered("actor_kind", "'system'"),
    _altered("actor_id", "gen_random_uuid()::text"),
    _altered("actor_id", "NULL"),
    _altered("actor_name", "'Eve'"),
    _altered("actor_name", "actor_name || ' '"),
    _altered("kind", "'closed'"),
    _altered("facts", "'{}'"),
    _altered("facts", "facts || '{\"forged\": true}'"),
    _altered("facts", "'null'"),
    _altered("facts", "'[0.5]'"),
    _altered("facts", "repeat('9', 5000)::jsonb"),
    _altered("facts", "(repeat('[', 4000) || repeat(']', 4000))::jsonb"),
    _altered("previous_hash", "sha256('')"),
    _altered("hash", "sha256('')"),
    _altered("hash", "''"),
    _altered("actor_name", "'Eve'", 1),
    _altered("actor_name", "'Eve'", ENTRIES),
    _altered("seq", "seq + 1000"),
    _altered("seq", "-1", 1),
)
REMOVED = (
    _removed("the first deleted", "seq = 1", 1),
    _removed("one in the middle deleted", "seq = 3", 3),
    _removed("the last deleted", f"seq = {ENTRIES}", ENTRIES),
    _removed("the last three deleted", "seq >= 3", 3),
    _removed("all deleted", "true", 1),
    Tampering(
        "one in the middle deleted, those after it renumbered",
        (
            "DELETE FROM activities WHERE ticket_id = :ticket AND seq = 3",
            "UPDATE activities SET seq = 3 WHERE ticket_id = :ticket AND seq = 4",
            "UPDATE activities SET seq = 4 WHERE ticket_id = :ticket AND seq = 5",
        ),
        3,
    ),
)
MOVED = (
    Tampering(
        "two swapped",
        (
            "UPDATE activities SET seq = 1000 WHERE ticket_id = :ticket AND seq = 2",
            "UPDATE activities SET seq = 2 WHERE ticket_id = :ticket AND seq = 3",
            "UPDATE activities SET seq = 3 WHERE ticket_id = :ticket AND seq = 1000",
        ),
        2,
    ),
    Tampering(
        "one moved to the end of another ticket's record",
        (
            f"UPDATE activities SET ticket_id = :other, seq = {ENTRIES + 1} "
            f"WHERE ticket_id = :ticket AND seq = {ENTRIES}",
        ),
        ENTRIES,
    ),
)
FORGED = (
    Tampering(
        "one appended that follows the last one",
        (_COPIED.format(ticket=":ticket", seq=ENTRIES + 1, previous="hash", source=":ticket", copied=ENTRIES),),
        ENTRIES + 1,
    ),
    Tampering(
        "one inserted, those after it renumbered",
        (
            "UPDATE activities SET seq = seq + 1000 WHERE ticket_id = :ticket AND seq >= 3",
            "UPDATE activities SET seq = seq - 999 WHERE ticket_id = :ticket AND seq >= 1000",
            _COPIED.format(ticket=":ticket", seq=3, previous="hash", source=":ticket", copied=2),
        ),
        3,
    ),
    Tampering(
        "one replaced by another ticket's",
        (
            "DELETE FROM activities WHERE ticket_id = :ticket AND seq = 2",
            _COPIED.format(ticket=":ticket", seq=2, previous="previous_hash", source=":other", copied=2),
        ),
        2,
    ),
    Tampering(
        "one inserted beside the one with its number",
        (_FREE_SEQ, _COPIED.format(ticket=":ticket", seq=3, previous="previous_hash", source=":ticket", copied=3)),
        3,
    ),
    Tampering(
        "the ticket's own last hash altered",
        ("UPDATE tickets SET activity_hash = sha256('') WHERE id = :ticket",),
        ENTRIES,
    ),
)
TAMPERINGS = (*ALTERED, *REMOVED, *MOVED, *FORGED)
