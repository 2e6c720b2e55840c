"""Count tickets that nobody was eligible for as waiting for somebody in every status, not only while they are new.

Revision: 2026_11_22_26, after 2026_11_22_25.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_26"
down_revision = "2026_11_22_25"
branch_labels = None
depends_on = None

FUNCTIONS = ("count_ticket", "count_ticket_category", "recount_tickets")
OWNERS = ("assignee_id", "checker_id", "created_by_id", "account_id", "product_id", "category_id")
BEFORE = "{row}.assignee_id IS NOT NULL"
# Whoever waits for nobody counts as assigned, too.
AFTER = "({row}.assignee_id IS NOT NULL OR {row}.status <> 'new' AND NOT {row}.had_nobody_eligible)"


def count_by(was: str, becomes: str) -> None:
    """Let functions and trigger take ``becomes`` of a row for its trait ``is_assigned`` where they took ``was``."""
    connection = op.get_bind()
    for function in FUNCTIONS:
        definition = connection.scalar(sa.text(f"SELECT pg_get_functiondef('{function}'::regproc)"))
        for row in ("OLD", "NEW", "tickets"):
            definition = definition.replace(was.format(row=row), becomes.format(row=row))
        # As the driver takes it: nothing in a definition is a parameter.
        connection.exec_driver_sql(definition)
    old, new = (counted(row, becomes.format(row=row)) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE OR REPLACE TRIGGER tickets_recounted AFTER UPDATE ON tickets FOR EACH ROW WHEN "
        f"(({old}, OLD.deleted_at IS NULL) IS DISTINCT FROM ({new}, NEW.deleted_at IS NULL)) "
        "EXECUTE FUNCTION count_ticket()"
    )
    op.execute("SELECT recount_tickets()")


def counted(row: str, is_assigned: str) -> str:
    """Return what is noted of a row."""
    flags = [f"{row}.archived_at IS NOT NULL", is_assigned, f"{row}.delivery_failure IS NOT NULL"]
    owners = [f"{row}.{owner}" for owner in OWNERS]
    days = [f"({row}.{moment} AT TIME ZONE 'UTC')::date" for moment in ("created_at", "updated_at")]
    return ", ".join([f"{row}.kind", f"{row}.status", *flags, *owners, *days])


def upgrade() -> None:
    count_by(BEFORE, AFTER)


def downgrade() -> None:
    count_by(AFTER, BEFORE)
