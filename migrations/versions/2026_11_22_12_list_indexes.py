"""Give every list of tickets an index in its own order, for each status and whoever it is asked of.

Revision: 2026_11_22_12, after 2026_11_22_11.
"""

from alembic import op
from sqlalchemy import text

revision = "2026_11_22_12"
down_revision = "2026_11_22_11"
branch_labels = None
depends_on = None

LIVE = "deleted_at IS NULL AND archived_at IS NULL"
ARCHIVED = "deleted_at IS NULL AND archived_at IS NOT NULL"
# Name, columns, condition.
ADDED = (
    ("ix_tickets_status_created", ("status", "created_at", "id"), LIVE),
    ("ix_tickets_status_updated", ("status", "updated_at", "id"), LIVE),
    ("ix_tickets_assignee", ("assignee_id", "status", "created_at", "id"), LIVE),
    ("ix_tickets_creator", ("created_by_id", "status", "created_at", "id"), LIVE),
    ("ix_tickets_checker", ("checker_id", "status", "created_at", "id"), f"{LIVE} AND checker_id IS NOT NULL"),
    ("ix_tickets_failed", ("status", "created_at", "id"), f"{LIVE} AND delivery_failure IS NOT NULL"),
    ("ix_tickets_archived_created", ("status", "created_at", "id"), ARCHIVED),
    ("ix_tickets_archived_updated", ("status", "updated_at", "id"), ARCHIVED),
    ("ix_tickets_account_created", ("account_id", "created_at", "id"), None),
)
REMOVED = (
    ("ix_tickets_created", ("created_at", "id"), "deleted_at IS NULL"),
    ("ix_tickets_status_created", ("status", "created_at", "id"), "deleted_at IS NULL"),
    ("ix_tickets_assignee_created", ("assignee_id", "created_at", "id"), None),
    ("ix_tickets_updated", ("updated_at", "id"), None),
)


def create(indexes: tuple[tuple[str, tuple[str, ...], str | None], ...]) -> None:
    for name, columns, condition in indexes:
        op.create_index(name, "tickets", list(columns), postgresql_where=text(condition) if condition else None)


def upgrade() -> None:
    for name, _, _ in REMOVED:
        op.drop_index(name, table_name="tickets")
    create(ADDED)
    op.execute("ALTER INDEX ix_tickets_search SET (gin_pending_list_limit = 256)")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id", "created_at", "id"],
        postgresql_where=text("read_at IS NULL"),
    )
    op.create_index("ix_messages_state_created", "messages", ["state", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_messages_state_created", table_name="messages")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index("ix_notifications_unread", "notifications", ["user_id"], postgresql_where=text("read_at IS NULL"))
    op.execute("ALTER INDEX ix_tickets_search RESET (gin_pending_list_limit)")
    for name, _, _ in ADDED:
        op.drop_index(name, table_name="tickets")
    create(REMOVED)
