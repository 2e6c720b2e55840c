"""Let triggers cost a change of a ticket less: PostgreSQL reads their conditions anew for each statement.

What tells whether a change is counted stands in the function, whose plan is kept, and it notes the change at once; that
sent content is kept is asked of statements alone which name a part of it. That this is asked after the row is written
lets PostgreSQL keep the words of the search, too: before a trigger that could change the row it made them anew.

Revision: 2026_11_22_37, after 2026_11_22_36.
"""

from alembic import op

revision = "2026_11_22_37"
down_revision = "2026_11_22_36"
branch_labels = None
depends_on = None

TRAITS = "kind, status, is_archived, is_assigned, has_failed"
COLUMNS = (
    "assignee_id, checker_id, created_by_id, account_id, product_id, category_id, checker_team_id, origin, tags, "
    "created_on, updated_on, closed_on"
)
SENT = ("title", "description", "item", "number", "created_at")


def traits(row: str) -> str:
    """Return the traits of a row of ``tickets``."""
    is_assigned = f"({row}.assignee_id IS NOT NULL OR {row}.status <> 'new' AND NOT {row}.had_nobody_eligible)"
    flags = f"{row}.archived_at IS NOT NULL, {is_assigned}, {row}.delivery_failure IS NOT NULL"
    return f"{row}.kind, {row}.status, {flags}"


def counted(row: str) -> str:
    """Return what is noted of a row: ``TRAITS`` and ``COLUMNS``, its days in UTC."""
    columns = [f"{row}.{name}" for name in COLUMNS.split(", ") if not name.endswith("_on")]
    days = [f"({row}.{day}_at AT TIME ZONE 'UTC')::date" for day in ("created", "updated", "closed")]
    return ", ".join([traits(row), *columns, *days])


def of_category(row: str) -> str:
    """Return what is noted of a row with a violation category."""
    return f"{traits(row)}, {row}.assignee_id"


BEFORE = f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({TRAITS}, {COLUMNS}, difference) VALUES ({counted("OLD")}, -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO ticket_counter_changes ({TRAITS}, {COLUMNS}, difference) VALUES ({counted("NEW")}, 1);
    END IF;
    IF TG_OP = 'UPDATE'
        AND ({of_category("OLD")}, OLD.deleted_at) IS DISTINCT FROM ({of_category("NEW")}, NEW.deleted_at) THEN
        INSERT INTO ticket_category_changes ({TRAITS}, assignee_id, violation_category_id, difference)
        SELECT {TRAITS}, assignee_id, violation_category_id, difference
        FROM ticket_violation_categories,
             (VALUES ({of_category("OLD")}, OLD.deleted_at, -1), ({of_category("NEW")}, NEW.deleted_at, 1))
             AS states ({TRAITS}, assignee_id, deleted_at, difference)
        WHERE ticket_id = NEW.id AND deleted_at IS NULL;
    END IF;
    IF random() < 0.01 THEN
        PERFORM fold_ticket_counters();
    END IF;
    RETURN NULL;
END $$
"""
AFTER = f"""
CREATE OR REPLACE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ticket_counter_changes ({TRAITS}, {COLUMNS}, difference)
        SELECT {counted("NEW")}, 1 WHERE NEW.deleted_at IS NULL;
    ELSIF ({counted("OLD")}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({counted("NEW")}, NEW.deleted_at IS NULL) THEN
        WITH states ({TRAITS}, {COLUMNS}, difference) AS (
            SELECT {counted("OLD")}, -1 WHERE OLD.deleted_at IS NULL
            UNION ALL SELECT {counted("NEW")}, 1 WHERE NEW.deleted_at IS NULL
        ), noted AS (INSERT INTO ticket_counter_changes ({TRAITS}, {COLUMNS}, difference) SELECT * FROM states)
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


def keep_sent(when: str) -> str:
    """Return the trigger that refuses changes of sent content."""
    new, old = (", ".join(f"{row}.{name}" for name in SENT) for row in ("NEW", "OLD"))
    return (
        f"CREATE OR REPLACE TRIGGER tickets_write_once {when} ON tickets FOR EACH ROW "
        f"WHEN (OLD.status <> 'send_later' AND ({new}) IS DISTINCT FROM ({old})) EXECUTE FUNCTION keep_sent_content()"
    )


def recount(when: str = "") -> str:
    """Return the trigger that keeps count of changed tickets."""
    return (
        f"CREATE OR REPLACE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW {when} "
        "EXECUTE FUNCTION count_ticket()"
    )


def upgrade() -> None:
    op.execute(AFTER)
    op.execute(recount())
    op.execute(keep_sent(f"AFTER UPDATE OF {', '.join(SENT)}"))


def downgrade() -> None:
    op.execute(keep_sent("BEFORE UPDATE"))
    old, new = (f"{counted(row)}, {row}.deleted_at IS NULL" for row in ("OLD", "NEW"))
    op.execute(recount(f"WHEN (({old}) IS DISTINCT FROM ({new}))"))
    op.execute(BEFORE)
