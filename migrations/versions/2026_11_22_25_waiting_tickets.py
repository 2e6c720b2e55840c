"""Index the tickets that nobody was eligible for, so that looking for them costs nothing while there are none.

Revision: 2026_11_22_25, after 2026_11_22_24.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_25"
down_revision = "2026_11_22_24"
branch_labels = None
depends_on = None

WAITING = (
    "deleted_at IS NULL AND archived_at IS NULL AND had_nobody_eligible AND assignee_id IS NULL AND status <> 'closed'"
)


def upgrade() -> None:
    op.create_index(
        "ix_tickets_waiting", "tickets", ["created_at", "id"], unique=False, postgresql_where=sa.text(WAITING)
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_waiting", table_name="tickets", postgresql_where=sa.text(WAITING))
