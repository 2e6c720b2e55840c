"""Keep count of tickets by contact: those of a name that a thousand contacts have need not be counted one by one.

Revision: 2026_11_22_39, after 2026_11_22_38.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_39"
down_revision = "2026_11_22_38"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
DAYS = ("created", "updated", "closed")
# Columns of a ticket that its changes are noted with.
BEFORE = (
    "assignee_id", "checker_id", "created_by_id", "account_id", "product_id", "category_id", "checker_team_id",
    "origin", "tags",
)  # fmt: skip
AFTER = (*BEFORE, "contact_id")
# What changes are folded into: scope, owner and label.
SCOPES = (
    ("all", "NULL::uuid", "''"),
    ("assignee", "assignee_id", "''"),
    ("checker", "checker_id", "''"),
    ("created_by", "created_by_id", "''"),
    ("account", "account_id", "''"),
    ("product", "product_id", "''"),
    ("routing", "category_id", "''"),
    ("checker_team", "checker_team_id", "''"),
    ("origin", "NULL", "origin"),
    ("assignee_and_created_by", "assignee_id", "created_by_id::text"),
    ("assignee_and_product", "assignee_id", "product_id::text"),
    ("assignee_and_routing", "assignee_id", "category_id::text"),
    ("product_and_routing", "product_id", "category_id::text"),
)
OF_CONTACTS = ("contact", "contact_id", "''")
OF_TAGS = (("tag", "NULL::uuid", "tag"), ("assignee_and_tag", "assignee_id", "tag"))
OF_CATEGORIES = (
    ("category", "violation_category_id", "''"),
    ("assignee_and_category", "assignee_id", "violation_category_id::text"),
)


def counted(row: str, columns: Sequence[str]) -> str:
    """Return what is noted of a row: its traits, ``columns``, and its days in UTC."""
    days = [f"({row}.{day}_at AT TIME ZONE 'UTC')::date" for day in DAYS]
    return ", ".join([traits(row), *(f"{row}.{column}" for column in columns), *days])


def traits(row: str) -> str:
    """Return the traits of a row of ``tickets``."""
    is_assigned = f"({row}.assignee_id IS NOT NULL OR {row}.status <> 'new' AND NOT {row}.had_nobody_eligible)"
    flags = f"{row}.archived_at IS NOT NULL, {is_assigned}, {row}.delivery_failure IS NOT NULL"
    return f"{row}.kind, {row}.status, {flags}"


def noted(columns: Sequence[str]) -> str:
    """Return the columns that a change of a ticket is noted in."""
    return ", ".join([TRAITS, *columns, *(f"{day}_on" for day in DAYS)])


def count(columns: Sequence[str]) -> str:
    """Return the function that notes the change of a ticket, and that of its counts by violation category."""
    names, old, new = noted(columns), counted("OLD", columns), counted("NEW", columns)
    return f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ticket_counter_changes ({names}, difference)
        SELECT {new}, 1 WHERE NEW.deleted_at IS NULL;
    ELSIF ({old}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({new}, NEW.deleted_at IS NULL) THEN
        WITH states ({names}, difference) AS (
            SELECT {old}, -1 WHERE OLD.deleted_at IS NULL
            UNION ALL SELECT {new}, 1 WHERE NEW.deleted_at IS NULL
        ), noted AS (INSERT INTO ticket_counter_changes ({names}, difference) SELECT * FROM states)
        INSERT INTO ticket_category_changes ({TRAITS}, assignee_id, violation_category_id, difference)
        SELECT {TRAITS}, assignee_id, violation_category_id, difference
        FROM states, ticket_violation_categories
        WHERE ticket_id = NEW.id;
    ELSE
        RETURN NULL;
    END IF;
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""


def listed(scopes: Sequence[tuple[str, str, str]]) -> str:
    return "VALUES " + ", ".join(f"('{scope}', {owner}, {label})" for scope, owner, label in scopes)


def add_up(whose: str) -> str:
    """Return the statement that adds the rows ``gone`` to the counters that ``whose`` names of each."""
    return f"""INSERT INTO ticket_counters AS kept (scope, owner_id, label, {TRAITS}, tickets)
    SELECT scope, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), coalesce(label, ''), {TRAITS},
           sum(difference)
    FROM gone, LATERAL ({whose}) AS whose (scope, owner_id, label)
    GROUP BY scope, owner_id, label, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, label, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;"""


def fold(scopes: Sequence[tuple[str, str, str]]) -> str:
    """Return the function that adds the changes to the counters."""
    each = f"LATERAL ({listed(OF_TAGS)}) AS of_tag (scope, owner_id, label)"
    whose = f"{listed(scopes)} UNION ALL SELECT of_tag.* FROM (SELECT DISTINCT unnest(tags) AS tag) AS once, {each}"
    days = ", ".join(f"('{day}', {day}_on)" for day in DAYS)
    return f"""
CREATE OR REPLACE FUNCTION fold_ticket_counters() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ticket_counters')) THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM ticket_counter_changes RETURNING *), counted AS (
        INSERT INTO ticket_day_counters AS kept (moment, day, {TRAITS}, tickets)
        SELECT moment, day, {TRAITS}, sum(difference)
        FROM gone, LATERAL (VALUES {days}) AS days (moment, day)
        WHERE day IS NOT NULL
        GROUP BY moment, day, {TRAITS}
        HAVING sum(difference) <> 0
        ON CONFLICT (moment, day, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets
    )
    {add_up(whose)}
    DELETE FROM ticket_day_counters WHERE tickets = 0;
    WITH gone AS (DELETE FROM ticket_category_changes RETURNING *)
    {add_up(listed(OF_CATEGORIES))}
END $$
"""


def recount(columns: Sequence[str]) -> str:
    """Return the function that counts anew."""
    row, of_category = counted("tickets", columns), f"{traits('tickets')}, tickets.assignee_id"
    return f"""
CREATE OR REPLACE FUNCTION recount_tickets() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE tickets IN SHARE MODE;
    PERFORM pg_advisory_xact_lock(hashtext('ticket_counters'));
    DELETE FROM ticket_counter_changes;
    DELETE FROM ticket_counters;
    LOCK TABLE ticket_violation_categories IN SHARE MODE;
    DELETE FROM ticket_day_counters;
    DELETE FROM ticket_category_changes;
    INSERT INTO ticket_category_changes ({TRAITS}, assignee_id, violation_category_id, difference)
    SELECT {of_category}, violation_category_id, count(*)
    FROM tickets JOIN ticket_violation_categories ON ticket_id = id
    WHERE deleted_at IS NULL
    GROUP BY {of_category}, violation_category_id;
    INSERT INTO ticket_counter_changes ({noted(columns)}, difference)
    SELECT {row}, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY {row};
    PERFORM fold_ticket_counters();
END $$
"""


def keep_count(columns: Sequence[str], scopes: Sequence[tuple[str, str, str]]) -> None:
    """Make the functions those of ``columns`` and ``scopes``."""
    for function in (fold(scopes), count(columns), recount(columns)):
        op.execute(function)


def fold_all() -> None:
    """Fold what was noted, while nobody changes a ticket."""
    # First of all, as whoever changes a ticket has it before the counters.
    op.execute("LOCK TABLE tickets IN SHARE ROW EXCLUSIVE MODE")
    op.execute("SELECT pg_advisory_xact_lock(hashtext('ticket_counters'))")
    op.execute("SELECT fold_ticket_counters()")


def upgrade() -> None:
    fold_all()
    op.add_column("ticket_counter_changes", sa.Column("contact_id", sa.Uuid(), nullable=True))
    keep_count(AFTER, (*SCOPES, OF_CONTACTS))
    op.execute(
        f"INSERT INTO ticket_counters (scope, owner_id, {TRAITS}, tickets) "
        f"SELECT 'contact', coalesce(contact_id, '00000000-0000-0000-0000-000000000000'), {traits('tickets')}, "
        f"count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY contact_id, {traits('tickets')}"
    )


def downgrade() -> None:
    fold_all()
    op.execute("DELETE FROM ticket_counters WHERE scope = 'contact'")
    keep_count(BEFORE, SCOPES)
    op.drop_column("ticket_counter_changes", "contact_id")
