"""Tickets that the measured transitions use up, one each, beside those of the data set."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

# Everything that a ticket made through the API has: its recipient, its requested actions, its first entries.
_TICKETS = """
    WITH people AS (
        SELECT c.id, c.account_id, c.name, a.address, a.address_key, row_number() OVER (ORDER BY c.id) AS place
        FROM contacts c JOIN contact_addresses a ON a.contact_id = c.id AND a.position = 0
        WHERE $3::uuid IS NULL OR c.id = $3
    ), made AS (
        INSERT INTO tickets (id, kind, title, description, status, contact_id, account_id, assignee_id, created_by_id,
            created_at, updated_at, sent_at, pending_since, last_sent_at, last_update_at, last_update_by,
            last_update_kind, activity_seq, activity_hash)
        SELECT id, 'corrective', CASE WHEN $2 = 'send_later' THEN 'Held' ELSE 'Sent' END || ' for the benchmark',
            'The yearly yield is stated without the disclosure that has to stand beside it.', $2, contact_id,
            account_id, $4, $4, at, at, sent_at, sent_at, sent_at, at, 'Staff', 'created', 1, sha256(id::text::bytea)
        FROM (SELECT new.id, p.id AS contact_id, p.account_id, now() AS at,
                     CASE WHEN $2 <> 'send_later' THEN now() END AS sent_at
              FROM unnest($1::uuid[]) WITH ORDINALITY new (id, n)
              JOIN people p ON p.place = 1 + new.n % (SELECT count(*) FROM people)) planned
        RETURNING id, contact_id
    ), written AS (
        INSERT INTO ticket_recipients (ticket_id, contact_id, address, address_key, viewed_at)
        SELECT made.id, people.id, people.address, people.address_key, CASE WHEN $2 <> 'send_later' THEN now() END
        FROM made JOIN people ON people.id = made.contact_id
    )
    INSERT INTO requested_actions (id, ticket_id, position, text)
    SELECT gen_random_uuid(), id, k, 'Change sentence ' || k FROM made, generate_series(0, 1) k
"""
# Once there is an entry, what is asked in a sent ticket is write-once: so this comes after it.
_ENTRIES = """
    INSERT INTO activities (id, ticket_id, seq, occurred_at, actor_kind, actor_name, kind, facts, previous_hash, hash)
    SELECT gen_random_uuid(), id, 1, now(), 'user', 'Staff', 'created', '{}', decode(repeat('00', 32), 'hex'),
        sha256(id::text::bytea)
    FROM unnest($1::uuid[]) id
"""
_BATCH = 5_000


async def add(
    connection: asyncpg.Connection, ids: Sequence[UUID], status: str, user: UUID, contact: UUID | None
) -> None:
    """Make a ticket for each of ``ids``, ``send_later`` or ``pending_correction``, of one contact or of all in turn."""
    for first in range(0, len(ids), _BATCH):
        batch = ids[first : first + _BATCH]
        await connection.execute(_TICKETS, batch, status, contact, user)
        await connection.execute(_ENTRIES, batch)
    await connection.execute("VACUUM ANALYZE")
