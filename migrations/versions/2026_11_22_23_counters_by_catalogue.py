"""Keep count of tickets by product and category; index tags, ways in, and what requires outreach.

Revision: 2026_11_22_23, after 2026_11_22_22.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_23"
down_revision = "2026_11_22_22"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
DAYS = "created_on, updated_on"
CATALOGUE = ("product_id", "category_id")
# Scope of a counter, column that it goes by.
BEFORE = (
    ("assignee", "assignee_id"),
    ("checker", "checker_id"),
    ("created_by", "created_by_id"),
    ("account", "account_id"),
)
AFTER = (*BEFORE, ("product", "product_id"), ("routing", "category_id"))
Scopes = tuple[tuple[str, str], ...]


def traits(row: str) -> str:
    """Return the traits of a row of ``tickets``."""
    flags = f"{row}.archived_at IS NOT NULL, {row}.assignee_id IS NOT NULL, {row}.delivery_failure IS NOT NULL"
    return f"{row}.kind, {row}.status, {flags}"


def noted(scopes: Scopes) -> str:
    """Return the columns that a change of a ticket is noted in."""
    return ", ".join([TRAITS, *(column for _, column in scopes), DAYS])


def counted(row: str, scopes: Scopes) -> str:
    """Return what is noted of a row: its days are those in UTC."""
    days = [f"({row}.{moment} AT TIME ZONE 'UTC')::date" for moment in ("created_at", "updated_at")]
    return ", ".join([traits(row), *(f"{row}.{column}" for _, column in scopes), *days])


def fold(scopes: Scopes) -> str:
    """Return the function that adds the changes to the counters."""
    whose = ", ".join(["('all', NULL)", *(f"('{scope}', {column})" for scope, column in scopes)])
    return f"""
CREATE OR REPLACE FUNCTION fold_ticket_counters() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ticket_counters')) THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM ticket_counter_changes RETURNING *), counted AS (
        INSERT INTO ticket_day_counters AS kept (moment, day, {TRAITS}, tickets)
        SELECT moment, day, {TRAITS}, sum(difference)
        FROM gone, LATERAL (VALUES ('created', created_on), ('updated', updated_on)) AS days (moment, day)
        WHERE day IS NOT NULL
        GROUP BY moment, day, {TRAITS}
        HAVING sum(difference) <> 0
        ON CONFLICT (moment, day, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets
    )
    INSERT INTO ticket_counters AS kept (scope, owner_id, {TRAITS}, tickets)
    SELECT scope, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), {TRAITS}, sum(difference)
    FROM gone, LATERAL (VALUES {whose}) AS whose (scope, owner_id)
    GROUP BY scope, owner_id, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;
    DELETE FROM ticket_day_counters WHERE tickets = 0;
    WITH gone AS (DELETE FROM ticket_category_changes RETURNING *)
    INSERT INTO ticket_counters AS kept (scope, owner_id, {TRAITS}, tickets)
    SELECT 'category', violation_category_id, {TRAITS}, sum(difference)
    FROM gone
    GROUP BY violation_category_id, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;
END $$
"""


def count(scopes: Scopes) -> str:
    """Return the function that notes the change of a ticket, and that of its counts by violation category."""
    columns = noted(scopes)
    return f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({counted("OLD", scopes)}, -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({counted("NEW", scopes)}, 1);
    END IF;
    IF TG_OP = 'UPDATE' AND ({traits("OLD")}, OLD.deleted_at) IS DISTINCT FROM ({traits("NEW")}, NEW.deleted_at) THEN
        INSERT INTO ticket_category_changes ({TRAITS}, violation_category_id, difference)
        SELECT {TRAITS}, violation_category_id, difference
        FROM ticket_violation_categories,
             (VALUES ({traits("OLD")}, OLD.deleted_at, -1), ({traits("NEW")}, NEW.deleted_at, 1))
             AS states ({TRAITS}, deleted_at, difference)
        WHERE ticket_id = NEW.id AND deleted_at IS NULL;
    END IF;
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""


def recount(scopes: Scopes) -> str:
    """Return the function that counts anew."""
    row = counted("tickets", scopes)
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
    INSERT INTO ticket_category_changes ({TRAITS}, violation_category_id, difference)
    SELECT {traits("tickets")}, violation_category_id, count(*)
    FROM tickets JOIN ticket_violation_categories ON ticket_id = id
    WHERE deleted_at IS NULL
    GROUP BY {traits("tickets")}, violation_category_id;
    INSERT INTO ticket_counter_changes ({noted(scopes)}, difference)
    SELECT {row}, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY {row};
    PERFORM fold_ticket_counters();
END $$
"""


def keep_count(scopes: Scopes) -> None:
    """Make functions and trigger those of ``scopes``."""
    for function in (fold, count, recount):
        op.execute(function(scopes))
    old, new = counted("OLD", scopes), counted("NEW", scopes)
    op.execute(
        "CREATE OR REPLACE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW WHEN "
        f"(({old}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({new}, NEW.deleted_at IS NULL)) "
        "EXECUTE FUNCTION count_ticket()"
    )


INDEXES = (
    ("outreach", ["status", "created_at", "id"], "outreach_required"),
    ("origin", ["origin", "status", "created_at", "id"], "origin <> 'staff'"),
)
THERE = "deleted_at IS NULL AND archived_at IS NULL"


def upgrade() -> None:
    for column in CATALOGUE:
        op.add_column("ticket_counter_changes", sa.Column(column, sa.Uuid(), nullable=True))
    keep_count(AFTER)
    op.execute("SELECT recount_tickets()")
    for name, columns, condition in INDEXES:
        where = sa.text(f"{THERE} AND {condition}")
        op.create_index(f"ix_tickets_{name}", "tickets", columns, postgresql_where=where)
    op.create_index(
        "ix_tickets_tags",
        "tickets",
        ["tags"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=sa.text("tags <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_tags", table_name="tickets")
    for name, _columns, _condition in INDEXES:
        op.drop_index(f"ix_tickets_{name}", table_name="tickets")
    keep_count(BEFORE)
    op.execute("SELECT fold_ticket_counters()")
    for column in CATALOGUE:
        op.drop_column("ticket_counter_changes", column)
    op.execute("DELETE FROM ticket_counters WHERE scope IN ('product', 'routing')")
