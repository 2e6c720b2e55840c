"""Fill a migrated, empty database with a desk of any size, the same one for the same size.

Nine hundred and eighty of a thousand tickets are closed, the open ones are the youngest; fifty people work them; one
ticket in ten thousand is archived. Every other ticket has a category, each a product, one in twenty came in through the
portal; of the blue ones half are questions of clients. Words have frequencies that are known: see ``WORDS``.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

STAFF = 50
CATEGORIES = 20
PRODUCTS = 10
TEAMS = 5
# A word, and of how many tickets one has it: what a search for a common and for a rare word meets.
WORDS = {"disclosure": 2, "statement": 3, "yield": 20, "hedge": 1_000, "annuity": 40_000}

# Ids are made from a letter and a number, so that every table can be joined by arithmetic.
_ID = "('{0}0000000-0000-7000-8000-' || lpad(to_hex({1}), 12, '0'))::uuid"


def row_id(letter: str, number: int) -> str:
    """Return the id of row ``number`` (from 1).

    ``a`` accounts, ``c`` contacts, ``d`` tickets, ``e`` users, ``1`` products, ``2`` categories, ``3`` teams.
    """
    return f"{letter}0000000-0000-7000-8000-{number:012x}"


def _id(letter: str, number: str) -> str:
    return _ID.format(letter, number)


_AT = "timestamptz '2024-01-01 00:00:00+00' + n * (interval '700 days' / :tickets)"
_HAS = " || ".join(f"CASE WHEN n % {every} = {every - 1} THEN ' {word}' ELSE '' END" for word, every in WORDS.items())
_FILLER = " || ".join(
    f"' word' || (1 + (n * {step}) % 200)" for step in (7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
)
_STATUS = (
    "CASE WHEN n <= :tickets * 0.98 AND n % 997 <> 0 THEN 'closed'"
    " ELSE (ARRAY['pending_correction', 'pending_correction', 'pending_correction', 'comment_added',"
    " 'pending_verification', 'send_later', 'pending_correction', 'comment_added'])[1 + n % 8] END"
)

_PEOPLE: Sequence[str] = (
    f"""INSERT INTO users (id, email, name, role, password_hash, created_at, updated_at)
        SELECT {_id("e", "n")}, 'staff' || n || '@desk.example', 'Staff ' || n,
               CASE WHEN n = 1 THEN 'admin' WHEN n % 10 = 2 THEN 'lead' ELSE 'agent' END, '-', now(), now()
        FROM generate_series(1, {STAFF}) n""",
    f"""INSERT INTO accounts (id, name, search_words, created_at, updated_at)
        SELECT {_id("a", "n")}, 'Branch ' || n, 'branch ' || n, {_AT}, now()
        FROM generate_series(1, greatest(:tickets / 1000, 1)) n""",
    f"""INSERT INTO contacts (id, name, account_id, search_words, created_at, updated_at)
        SELECT {_id("c", "n")}, 'Person ' || n, {_id("a", "1 + n % greatest(:tickets / 1000, 1)")},
               'person ' || n || ' p' || n || ' brightpath example', {_AT}, now()
        FROM generate_series(1, greatest(:tickets / 10, 1)) n""",
    f"""INSERT INTO contact_addresses (id, contact_id, address, address_key, position, created_at)
        SELECT {_id("b", "n")}, {_id("c", "n")}, 'p' || n || '@brightpath.example', 'p' || n || '@brightpath.example',
               0, {_AT}
        FROM generate_series(1, greatest(:tickets / 10, 1)) n""",
    f"""INSERT INTO violation_categories (id, name, regulation, created_at, updated_at)
        SELECT {_id("f", "n")}, 'Category ' || n, 'Rule ' || n, now(), now() FROM generate_series(1, {CATEGORIES}) n""",
    f"""INSERT INTO products (id, name, created_at, updated_at)
        SELECT {_id("1", "n")}, 'Product ' || n, now(), now() FROM generate_series(1, {PRODUCTS}) n""",
    f"""INSERT INTO categories (id, name, created_at, updated_at)
        SELECT {_id("2", "n")}, 'Kind of work ' || n, now(), now() FROM generate_series(1, {CATEGORIES}) n""",
    f"""INSERT INTO teams (id, name, created_at, updated_at)
        SELECT {_id("3", "n")}, 'Team ' || n, now(), now() FROM generate_series(1, {TEAMS}) n""",
    f"""INSERT INTO team_members (team_id, user_id)
        SELECT {_id("3", f"1 + n % {TEAMS}")}, {_id("e", "n")} FROM generate_series(1, {STAFF}) n""",
)

_TICKETS = f"""
    INSERT INTO tickets (id, kind, title, description, status, contact_id, account_id, assignee_id, created_by_id,
        created_at, updated_at, sent_at, pending_since, completed_at, closed_at, resolution, archived_at,
        last_update_at, last_update_by, last_update_kind, delivery_failure, activity_seq, activity_hash,
        category_id, product_id, checker_team_id, tags, origin, outreach_required, newest_words_by)
    SELECT {_id("d", "n")}, CASE WHEN status = 'comment_added' AND n % 8 = 7 THEN 'support' ELSE 'corrective' END,
        'Correct claim ' || n || {_HAS}, {_FILLER}, status,
        {_id("c", "1 + n % greatest(:tickets / 10, 1)")},
        {_id("a", "1 + (1 + n % greatest(:tickets / 10, 1)) % greatest(:tickets / 1000, 1)")},
        CASE WHEN n % 25 = 0 THEN NULL ELSE {_id("e", f"1 + (n / 3) % {STAFF}")} END,
        {_id("e", f"1 + n % {STAFF}")}, at, at + interval '3 hours',
        CASE WHEN status <> 'send_later' THEN at END,
        CASE WHEN status = 'pending_correction' THEN at END,
        CASE WHEN status IN ('closed', 'pending_verification') THEN at + interval '2 hours' END,
        CASE WHEN status = 'closed' THEN at + interval '3 hours' END,
        CASE WHEN status = 'closed' THEN 'completed' END,
        CASE WHEN status = 'closed' AND n % 10000 = 1 THEN at + interval '4 hours' END,
        at + interval '3 hours', 'Staff', 'created',
        CASE WHEN n % 5000 = 3 THEN 'refused' END, 1, decode(repeat('00', 32), 'hex'),
        CASE WHEN n % 2 = 0 THEN {_id("2", f"1 + (n / 2) % {CATEGORIES}")} END, {_id("1", f"1 + n % {PRODUCTS}")},
        CASE WHEN status = 'pending_verification' THEN {_id("3", f"1 + (n / 8) % {TEAMS}")} END,
        CASE WHEN n % 4 = 1 THEN '{{billing}}'::text[] WHEN n % 300 = 7 THEN '{{logo}}' ELSE '{{}}' END,
        CASE WHEN n % 20 = 9 THEN 'portal' ELSE 'staff' END, n % 400 = 5,
        CASE WHEN status = 'comment_added' THEN 'recipient' ELSE 'staff' END
    FROM (SELECT n, {_AT} AS at, {_STATUS} AS status FROM generate_series(:first, :last) n) numbered"""

_BELONGINGS: Sequence[str] = (
    f"""INSERT INTO ticket_recipients (ticket_id, contact_id, address, address_key, position, viewed_at)
        SELECT {_id("d", "n")}, {_id("c", "p")}, 'p' || p || '@brightpath.example', 'p' || p || '@brightpath.example',
               0, {_AT} + interval '1 hour'
        FROM (SELECT n, 1 + n % greatest(:tickets / 10, 1) AS p FROM generate_series(:first, :last) n) numbered""",
    f"""INSERT INTO requested_actions (id, ticket_id, position, text, done_at)
        SELECT {_id("7", "n * 2 + k")}, {_id("d", "n")}, k, 'Change sentence ' || k, CASE WHEN k = 0 THEN {_AT} END
        FROM generate_series(:first, :last) n, generate_series(0, 1) k""",
    f"""INSERT INTO ticket_violation_categories (ticket_id, violation_category_id)
        SELECT {_id("d", "n")}, {_id("f", f"1 + (n / 2) % {CATEGORIES}")} FROM generate_series(:first, :last) n""",
    f"""INSERT INTO messages (id, purpose, state, contact_id, recipient_name, address, address_key, sender_name,
            message_id, due_at, created_at, sent_at, finished_at)
        SELECT {_id("9", "n")}, (ARRAY['assignment', 'reminder', 'reply', 'close'])[1 + n % 4],
               CASE WHEN n % 2000 = 7 THEN 'failed' ELSE 'sent' END, {_id("c", "p")}, 'Person ' || p,
               'p' || p || '@brightpath.example', 'p' || p || '@brightpath.example', 'Staff',
               '<' || n || '@desk.example>', at, at, at, at
        FROM (SELECT n, {_AT} AS at, 1 + n % greatest(:tickets / 10, 1) AS p
              FROM generate_series(:first, :last) n) numbered""",
    f"""INSERT INTO message_tickets (message_id, ticket_id, position)
        SELECT {_id("9", "n")}, {_id("d", "n")}, 0 FROM generate_series(:first, :last) n""",
    f"""INSERT INTO activities
            (id, ticket_id, seq, occurred_at, actor_kind, actor_name, kind, facts, previous_hash, hash)
        SELECT {_id("8", "n")}, {_id("d", "n")}, 1, {_AT}, 'user', 'Staff', 'created', '{{}}',
               decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
        FROM generate_series(:first, :last) n""",
    f"""INSERT INTO notifications (id, user_id, ticket_id, kind, text, source_id, created_at, read_at)
        SELECT {_id("6", "n")}, {_id("e", f"1 + n % {STAFF}")}, {_id("d", "n")}, 'comment', 'Commented',
               's' || n, {_AT}, CASE WHEN n <= :tickets * 0.98 THEN {_AT} END
        FROM generate_series(:first, :last) n WHERE n % 2 = 0""",
)
_BATCH = 100_000
_TRIGGERED = ("tickets", "ticket_violation_categories", "requested_actions")
# Of the tables that get a row or more for each ticket.
_REFERENCES = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid::regclass::text IN ('tickets', 'ticket_recipients', 'requested_actions',
        'ticket_violation_categories', 'messages', 'message_tickets', 'activities', 'notifications')"""
# All but those that a constraint needs.
_INDEXES = """SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)"""


async def load(engine: AsyncEngine, tickets: int) -> None:
    """Load ``tickets`` tickets and everything around them, as the owner of the tables, and gather statistics."""
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        async with _unguarded(connection), _unreferenced(connection), _unindexed(connection):
            await _fill(connection, tickets)
        # Counting a million rows is planned for as many as the statistics know of.
        await connection.execute(text("ANALYZE"))
        await connection.execute(text("SELECT recount_tickets()"))
    await _settle(engine)


async def _fill(connection: AsyncConnection, tickets: int) -> None:
    for statement in _PEOPLE:
        await connection.execute(_filled(statement, tickets=tickets))
    for first in range(1, tickets + 1, _BATCH):
        last = min(first + _BATCH - 1, tickets)
        for statement in (_TICKETS, *_BELONGINGS):
            await connection.execute(_filled(statement, tickets=tickets, first=first, last=last))


@asynccontextmanager
async def _unguarded(connection: AsyncConnection) -> AsyncIterator[None]:
    """Switch our triggers off: the rows are right, and counting a million changes one by one takes minutes."""
    for table in _TRIGGERED:
        await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    for table in _TRIGGERED:
        await connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


@asynccontextmanager
async def _unreferenced(connection: AsyncConnection) -> AsyncIterator[None]:
    """Check what rows refer to all at once at the end, which is as strict as to look it up for each row."""
    references = (await connection.execute(text(_REFERENCES))).all()
    for table, name, _definition in references:
        await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield
    for table, name, definition in references:
        await connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@asynccontextmanager
async def _unindexed(connection: AsyncConnection) -> AsyncIterator[None]:
    """Make the indexes anew at the end, which takes a fraction of the time that a million entries take one by one."""
    indexes = (await connection.execute(text(_INDEXES))).all()
    for name, _definition in indexes:
        await connection.execute(text(f"DROP INDEX {name}"))
    yield
    for _name, definition in indexes:
        await connection.exec_driver_sql(definition)


async def _settle(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("VACUUM ANALYZE"))
        await connection.execute(text("SET statement_timeout = 30000"))


def _filled(statement: str, **values: int) -> TextClause:
    # Written into the text, since numbers alone would leave PostgreSQL to guess their types.
    for name, value in values.items():
        statement = statement.replace(f":{name}", str(value))
    return text(statement)
