"""Let the database keep count of tickets, so that counting them costs the same however many there are.

Revision: 2026_11_22_10, after 2026_11_22_09.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_10"
down_revision = "2026_11_22_09"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
OWNERS = "assignee_id, checker_id, created_by_id, account_id"


def counted(row: str) -> str:
    """Return the traits and owners of a row of ``tickets``."""
    flags = f"{row}.archived_at IS NOT NULL, {row}.assignee_id IS NOT NULL, {row}.delivery_failure IS NOT NULL"
    owners = ", ".join(f"{row}.{owner.strip()}" for owner in OWNERS.split(","))
    return f"{row}.kind, {row}.status, {flags}, {owners}"


# Whoever cannot fold at once leaves it to the one who is at it: nobody waits here.
FOLD = f"""
CREATE FUNCTION fold_ticket_counters() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ticket_counters')) THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM ticket_counter_changes RETURNING *)
    INSERT INTO ticket_counters AS kept (scope, owner_id, {TRAITS}, tickets)
    SELECT scope, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), {TRAITS}, sum(difference)
    FROM gone, LATERAL (VALUES ('all', NULL), ('assignee', assignee_id), ('checker', checker_id),
                               ('created_by', created_by_id), ('account', account_id)) AS whose (scope, owner_id)
    GROUP BY scope, owner_id, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;
END $$
"""

COUNT = f"""
CREATE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({TRAITS}, {OWNERS}, difference) VALUES ({counted("OLD")}, -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({TRAITS}, {OWNERS}, difference) VALUES ({counted("NEW")}, 1);
    END IF;
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""

# For after a restore or a load without triggers; writers wait meanwhile.
RECOUNT = f"""
CREATE FUNCTION recount_tickets() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE tickets IN SHARE MODE;
    PERFORM pg_advisory_xact_lock(hashtext('ticket_counters'));
    DELETE FROM ticket_counter_changes;
    DELETE FROM ticket_counters;
    INSERT INTO ticket_counter_changes ({TRAITS}, {OWNERS}, difference)
    SELECT {counted("tickets")}, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY {counted("tickets")};
    PERFORM fold_ticket_counters();
END $$
"""


def columns(*more: sa.Column[object]) -> list[sa.Column[object]]:
    texts = [sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "status")]
    flags = ("is_archived", "is_assigned", "has_failed")
    return [*texts, *(sa.Column(name, sa.Boolean(), nullable=False) for name in flags), *more]


def upgrade() -> None:
    op.create_table(
        "ticket_counters",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        *columns(sa.Column("tickets", sa.BigInteger(), nullable=False)),
        sa.PrimaryKeyConstraint("scope", "owner_id", *TRAITS.split(", "), name=op.f("pk_ticket_counters")),
    )
    owners = [sa.Column(owner, sa.Uuid(), nullable=True) for owner in OWNERS.split(", ")]
    difference = sa.Column("difference", sa.BigInteger(), nullable=False)
    op.create_table("ticket_counter_changes", *columns(*owners, difference))
    for function in (FOLD, COUNT, RECOUNT):
        op.execute(function)
    op.execute("CREATE TRIGGER tickets_counted AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION count_ticket()")
    op.execute(
        "CREATE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW WHEN "
        f"(({counted('OLD')}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({counted('NEW')}, NEW.deleted_at IS NULL)) "
        "EXECUTE FUNCTION count_ticket()"
    )
    op.execute("SELECT recount_tickets()")


def downgrade() -> None:
    op.execute("DROP TRIGGER tickets_recounted ON tickets")
    op.execute("DROP TRIGGER tickets_counted ON tickets")
    for function in ("recount_tickets", "count_ticket", "fold_ticket_counters"):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("ticket_counter_changes")
    op.drop_table("ticket_counters")
