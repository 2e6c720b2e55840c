"""Keep count of tickets by violation category and by the days of creation and of last change; index uncommon kinds.

Revision: 2026_11_22_13, after 2026_11_22_12.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_13"
down_revision = "2026_11_22_12"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
OWNERS = "assignee_id, checker_id, created_by_id, account_id"
DAYS = "created_on, updated_on"


def traits(row: str) -> str:
    """Return the traits of a row of ``tickets``."""
    flags = f"{row}.archived_at IS NOT NULL, {row}.assignee_id IS NOT NULL, {row}.delivery_failure IS NOT NULL"
    return f"{row}.kind, {row}.status, {flags}"


def before(row: str) -> str:
    """Return what was counted of a row before this revision."""
    return ", ".join([traits(row), *(f"{row}.{owner}" for owner in OWNERS.split(", "))])


def counted(row: str) -> str:
    """Return what is counted of a row: its days are those in UTC."""
    moments = ("created_at", "updated_at")
    return ", ".join([before(row), *(f"({row}.{moment} AT TIME ZONE 'UTC')::date" for moment in moments)])


def fold(by_day: str = "", by_category: str = "") -> str:
    """Return the function that adds the changes to the counters; the additions make it this revision's."""
    return f"""
CREATE OR REPLACE FUNCTION fold_ticket_counters() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ticket_counters')) THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM ticket_counter_changes RETURNING *){by_day}
    INSERT INTO ticket_counters AS kept (scope, owner_id, {TRAITS}, tickets)
    SELECT scope, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), {TRAITS}, sum(difference)
    FROM gone, LATERAL (VALUES ('all', NULL), ('assignee', assignee_id), ('checker', checker_id),
                               ('created_by', created_by_id), ('account', account_id)) AS whose (scope, owner_id)
    GROUP BY scope, owner_id, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;{by_category}
END $$
"""


BY_DAY = f""", counted AS (
        INSERT INTO ticket_day_counters AS kept (moment, day, {TRAITS}, tickets)
        SELECT moment, day, {TRAITS}, sum(difference)
        FROM gone, LATERAL (VALUES ('created', created_on), ('updated', updated_on)) AS days (moment, day)
        WHERE day IS NOT NULL
        GROUP BY moment, day, {TRAITS}
        HAVING sum(difference) <> 0
        ON CONFLICT (moment, day, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets
    )"""
# Tickets leave the days of their changes behind: what a range of days holds is read row by row.
BY_CATEGORY = f"""
    DELETE FROM ticket_day_counters WHERE tickets = 0;
    WITH gone AS (DELETE FROM ticket_category_changes RETURNING *)
    INSERT INTO ticket_counters AS kept (scope, owner_id, {TRAITS}, tickets)
    SELECT 'category', violation_category_id, {TRAITS}, sum(difference)
    FROM gone
    GROUP BY violation_category_id, {TRAITS}
    HAVING sum(difference) <> 0
    ON CONFLICT (scope, owner_id, {TRAITS}) DO UPDATE SET tickets = kept.tickets + excluded.tickets;"""


def count(columns: str, old: str, new: str, by_category: str = "") -> str:
    """Return the function that notes the change of a ticket."""
    return f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({old}, -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({columns}, difference) VALUES ({new}, 1);
    END IF;{by_category}
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""


COUNT_CATEGORIES = f"""
    IF TG_OP = 'UPDATE' AND ({traits("OLD")}, OLD.deleted_at) IS DISTINCT FROM ({traits("NEW")}, NEW.deleted_at) THEN
        INSERT INTO ticket_category_changes ({TRAITS}, violation_category_id, difference)
        SELECT {TRAITS}, violation_category_id, difference
        FROM ticket_violation_categories,
             (VALUES ({traits("OLD")}, OLD.deleted_at, -1), ({traits("NEW")}, NEW.deleted_at, 1))
             AS states ({TRAITS}, deleted_at, difference)
        WHERE ticket_id = NEW.id AND deleted_at IS NULL;
    END IF;"""

# The ticket is locked by whoever gives it categories.
COUNT_CATEGORY = f"""
CREATE FUNCTION count_ticket_category() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    link ticket_violation_categories := coalesce(NEW, OLD);
BEGIN
    INSERT INTO ticket_category_changes ({TRAITS}, violation_category_id, difference)
    SELECT {traits("tickets")}, link.violation_category_id, CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END
    FROM tickets WHERE id = link.ticket_id AND deleted_at IS NULL;
    RETURN NULL;
END $$
"""


def recount(columns: str, row: str, by_category: str = "") -> str:
    """Return the function that counts anew."""
    return f"""
CREATE OR REPLACE FUNCTION recount_tickets() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE tickets IN SHARE MODE;
    PERFORM pg_advisory_xact_lock(hashtext('ticket_counters'));
    DELETE FROM ticket_counter_changes;
    DELETE FROM ticket_counters;{by_category}
    INSERT INTO ticket_counter_changes ({columns}, difference)
    SELECT {row}, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY {row};
    PERFORM fold_ticket_counters();
END $$
"""


RECOUNT_CATEGORIES = f"""
    LOCK TABLE ticket_violation_categories IN SHARE MODE;
    DELETE FROM ticket_day_counters;
    DELETE FROM ticket_category_changes;
    INSERT INTO ticket_category_changes ({TRAITS}, violation_category_id, difference)
    SELECT {traits("tickets")}, violation_category_id, count(*)
    FROM tickets JOIN ticket_violation_categories ON ticket_id = id
    WHERE deleted_at IS NULL
    GROUP BY {traits("tickets")}, violation_category_id;"""


def recount_on_changes(row: str) -> None:
    """Make the trigger that notes changes of what ``row`` gives of a ticket."""
    old, new = row.replace("tickets.", "OLD."), row.replace("tickets.", "NEW.")
    op.execute(
        "CREATE OR REPLACE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW WHEN "
        f"(({old}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({new}, NEW.deleted_at IS NULL)) "
        "EXECUTE FUNCTION count_ticket()"
    )


def trait_columns() -> list[sa.Column[object]]:
    names = TRAITS.split(", ")
    return [sa.Column(name, sa.Text() if name in names[:2] else sa.Boolean(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "ticket_day_counters",
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *trait_columns(),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("moment", "day", *TRAITS.split(", "), name=op.f("pk_ticket_day_counters")),
    )
    op.create_table(
        "ticket_category_changes",
        *trait_columns(),
        sa.Column("violation_category_id", sa.Uuid(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
    )
    for day in DAYS.split(", "):
        op.add_column("ticket_counter_changes", sa.Column(day, sa.Date(), nullable=True))
    columns = f"{TRAITS}, {OWNERS}, {DAYS}"
    op.execute(fold(BY_DAY, BY_CATEGORY))
    op.execute(count(columns, counted("OLD"), counted("NEW"), COUNT_CATEGORIES))
    op.execute(COUNT_CATEGORY)
    op.execute(recount(columns, counted("tickets"), RECOUNT_CATEGORIES))
    recount_on_changes(counted("tickets"))
    op.execute(
        "CREATE TRIGGER ticket_violation_categories_counted AFTER INSERT OR DELETE ON ticket_violation_categories "
        "FOR EACH ROW EXECUTE FUNCTION count_ticket_category()"
    )
    op.execute("SELECT recount_tickets()")
    op.drop_index("ix_ticket_violation_categories_violation_category_id", table_name="ticket_violation_categories")
    op.create_index(
        "ix_ticket_violation_categories_tickets",
        "ticket_violation_categories",
        ["violation_category_id", "ticket_id"],
    )
    op.create_index(
        "ix_tickets_kind",
        "tickets",
        ["kind", "status", "created_at", "id"],
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND kind <> 'corrective'"),
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_kind", table_name="tickets")
    op.drop_index("ix_ticket_violation_categories_tickets", table_name="ticket_violation_categories")
    op.create_index(
        "ix_ticket_violation_categories_violation_category_id", "ticket_violation_categories", ["violation_category_id"]
    )
    op.execute("DROP TRIGGER ticket_violation_categories_counted ON ticket_violation_categories")
    op.execute("DROP FUNCTION count_ticket_category()")
    columns = f"{TRAITS}, {OWNERS}"
    op.execute(fold())
    op.execute(count(columns, before("OLD"), before("NEW")))
    op.execute(recount(columns, before("tickets")))
    recount_on_changes(before("tickets"))
    for day in DAYS.split(", "):
        op.drop_column("ticket_counter_changes", day)
    op.drop_table("ticket_category_changes")
    op.drop_table("ticket_day_counters")
    op.execute("DELETE FROM ticket_counters WHERE scope = 'category'")
