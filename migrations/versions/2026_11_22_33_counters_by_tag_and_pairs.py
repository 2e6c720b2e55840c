"""Keep count of tickets by tag, way in, checking team, day of closing, and by two of these narrowings at once.

Revision: 2026_11_22_33, after 2026_11_22_32.
"""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_33"
down_revision = "2026_11_22_32"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
OWNERS = ("assignee_id", "checker_id", "created_by_id", "account_id", "product_id", "category_id")


class Shape(NamedTuple):
    """What is noted of a change, and which counters it is folded into: scope, owner and label of each."""

    columns: tuple[str, ...]
    days: tuple[str, ...]
    scopes: tuple[tuple[str, str, str], ...]
    of_tags: tuple[tuple[str, str, str], ...]
    noted_of_categories: tuple[str, ...]
    of_categories: tuple[tuple[str, str, str], ...]

    @property
    def has_labels(self) -> bool:
        """Whether a counter is told from others by more than its scope and owner."""
        return bool(self.of_tags)


BEFORE = Shape(
    columns=OWNERS,
    days=("created", "updated"),
    scopes=(
        ("all", "NULL::uuid", "''"),
        ("assignee", "assignee_id", "''"),
        ("checker", "checker_id", "''"),
        ("created_by", "created_by_id", "''"),
        ("account", "account_id", "''"),
        ("product", "product_id", "''"),
        ("routing", "category_id", "''"),
    ),
    of_tags=(),
    noted_of_categories=(),
    of_categories=(("category", "violation_category_id", "''"),),
)
AFTER = Shape(
    columns=(*OWNERS, "checker_team_id", "origin", "tags"),
    days=(*BEFORE.days, "closed"),
    scopes=(
        *BEFORE.scopes,
        ("checker_team", "checker_team_id", "''"),
        ("origin", "NULL", "origin"),
        ("assignee_and_created_by", "assignee_id", "created_by_id::text"),
        ("assignee_and_product", "assignee_id", "product_id::text"),
        ("assignee_and_routing", "assignee_id", "category_id::text"),
        ("product_and_routing", "product_id", "category_id::text"),
    ),
    of_tags=(("tag", "NULL::uuid", "tag"), ("assignee_and_tag", "assignee_id", "tag")),
    noted_of_categories=("assignee_id",),
    of_categories=(
        *BEFORE.of_categories,
        ("assignee_and_category", "assignee_id", "violation_category_id::text"),
    ),
)


def traits(row: str) -> str:
    """Return the traits of a row of ``tickets``."""
    is_assigned = f"({row}.assignee_id IS NOT NULL OR {row}.status <> 'new' AND NOT {row}.had_nobody_eligible)"
    flags = f"{row}.archived_at IS NOT NULL, {is_assigned}, {row}.delivery_failure IS NOT NULL"
    return f"{row}.kind, {row}.status, {flags}"


def noted(shape: Shape) -> str:
    """Return the columns that a change of a ticket is noted in."""
    return ", ".join([TRAITS, *shape.columns, *(f"{day}_on" for day in shape.days)])


def counted(row: str, shape: Shape) -> str:
    """Return what is noted of a row: its days are those in UTC."""
    days = [f"({row}.{day}_at AT TIME ZONE 'UTC')::date" for day in shape.days]
    return ", ".join([traits(row), *(f"{row}.{column}" for column in shape.columns), *days])


def noted_of_category(shape: Shape) -> str:
    """Return the columns that the change of a ticket with a violation category is noted in, beside that."""
    return ", ".join([TRAITS, *shape.noted_of_categories])


def counted_of_category(row: str, shape: Shape) -> str:
    """Return what is noted of a row with a violation category."""
    return ", ".join([traits(row), *(f"{row}.{column}" for column in shape.noted_of_categories)])


def add_up(shape: Shape, whose: str) -> str:
    """Return the statement that adds the rows ``gone`` to the counters that ``whose`` names of each."""
    owner, label = "coalesce(owner_id, '00000000-0000-0000-0000-000000000000')", "coalesce(label, '')"
    names, values = ("owner_id, label", f"{owner}, {label}") if shape.has_labels else ("owner_id", owner)
    return f"""INSERT INTO ticket_counters AS kept (scope, {names}, {TRAITS}, tickets)
    SELECT scope, {values}, {TRAITS}, sum(difference)
    FROM gone, LATERAL ({whose}) AS whose (scope, owner_id, label)
    GROUP BY scope, {names}, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, {names}, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;"""


def listed(scopes: tuple[tuple[str, str, str], ...]) -> str:
    return "VALUES " + ", ".join(f"('{scope}', {owner}, {label})" for scope, owner, label in scopes)


def fold(shape: Shape) -> str:
    """Return the function that adds the changes to the counters."""
    whose = listed(shape.scopes)
    if shape.of_tags:
        each = f"LATERAL ({listed(shape.of_tags)}) AS of_tag (scope, owner_id, label)"
        whose += f" UNION ALL SELECT of_tag.* FROM (SELECT DISTINCT unnest(tags) AS tag) AS once, {each}"
    days = ", ".join(f"('{day}', {day}_on)" for day in shape.days)
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
    {add_up(shape, whose)}
    DELETE FROM ticket_day_counters WHERE tickets = 0;
    WITH gone AS (DELETE FROM ticket_category_changes RETURNING *)
    {add_up(shape, listed(shape.of_categories))}
END $$
"""


def count(shape: Shape) -> str:
    """Return the function that notes the change of a ticket, and that of its counts by violation category."""
    columns, of_category = noted(shape), noted_of_category(shape)
    old, new = (counted_of_category(row, shape) for row in ("OLD", "NEW"))
    return f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({counted("OLD", shape)}, -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({counted("NEW", shape)}, 1);
    END IF;
    IF TG_OP = 'UPDATE' AND ({old}, OLD.deleted_at) IS DISTINCT FROM ({new}, NEW.deleted_at) THEN
        INSERT INTO ticket_category_changes ({of_category}, violation_category_id, difference)
        SELECT {of_category}, violation_category_id, difference
        FROM ticket_violation_categories,
             (VALUES ({old}, OLD.deleted_at, -1), ({new}, NEW.deleted_at, 1))
             AS states ({of_category}, deleted_at, difference)
        WHERE ticket_id = NEW.id AND deleted_at IS NULL;
    END IF;
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""


def count_category(shape: Shape) -> str:
    """Return the function that notes that a ticket has got or lost a violation category."""
    return f"""
CREATE OR REPLACE FUNCTION count_ticket_category() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    link ticket_violation_categories := coalesce(NEW, OLD);
BEGIN
    INSERT INTO ticket_category_changes ({noted_of_category(shape)}, violation_category_id, difference)
    SELECT {counted_of_category("tickets", shape)}, link.violation_category_id,
           CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END
    FROM tickets WHERE id = link.ticket_id AND deleted_at IS NULL;
    RETURN NULL;
END $$
"""


def recount(shape: Shape) -> str:
    """Return the function that counts anew."""
    row, of_category = counted("tickets", shape), counted_of_category("tickets", shape)
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
    INSERT INTO ticket_category_changes ({noted_of_category(shape)}, violation_category_id, difference)
    SELECT {of_category}, violation_category_id, count(*)
    FROM tickets JOIN ticket_violation_categories ON ticket_id = id
    WHERE deleted_at IS NULL
    GROUP BY {of_category}, violation_category_id;
    INSERT INTO ticket_counter_changes ({noted(shape)}, difference)
    SELECT {row}, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY {row};
    PERFORM fold_ticket_counters();
END $$
"""


def keep_count(shape: Shape) -> None:
    """Make functions and trigger those of ``shape``."""
    for function in (fold, count, count_category, recount):
        op.execute(function(shape))
    old, new = counted("OLD", shape), counted("NEW", shape)
    op.execute(
        "CREATE OR REPLACE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW WHEN "
        f"(({old}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({new}, NEW.deleted_at IS NULL)) "
        "EXECUTE FUNCTION count_ticket()"
    )


def key_by(*columns: str) -> None:
    """Give the counters their primary key."""
    op.create_primary_key("pk_ticket_counters", "ticket_counters", [*columns, *TRAITS.split(", ")])


NEW_COLUMNS = (
    ("ticket_counter_changes", "checker_team_id", sa.Uuid()),
    ("ticket_counter_changes", "origin", sa.Text()),
    ("ticket_counter_changes", "tags", postgresql.ARRAY(sa.Text())),
    ("ticket_counter_changes", "closed_on", sa.Date()),
    ("ticket_category_changes", "assignee_id", sa.Uuid()),
)


def upgrade() -> None:
    # First of all, as whoever changes a ticket has it before the counters.
    op.execute("LOCK TABLE tickets, ticket_violation_categories IN SHARE ROW EXCLUSIVE MODE")
    for table, column, kind in NEW_COLUMNS:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    op.add_column("ticket_counters", sa.Column("label", sa.Text(), nullable=False, server_default=""))
    op.drop_constraint("pk_ticket_counters", "ticket_counters")
    key_by("scope", "owner_id", "label")
    keep_count(AFTER)
    op.execute("SELECT recount_tickets()")


def downgrade() -> None:
    op.execute("LOCK TABLE tickets, ticket_violation_categories IN SHARE ROW EXCLUSIVE MODE")
    op.drop_constraint("pk_ticket_counters", "ticket_counters")
    op.execute("DELETE FROM ticket_counters")
    op.drop_column("ticket_counters", "label")
    key_by("scope", "owner_id")
    keep_count(BEFORE)
    for table, column, _kind in NEW_COLUMNS:
        op.drop_column(table, column)
    op.execute("SELECT recount_tickets()")
