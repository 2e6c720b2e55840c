"""Drop the index of requested actions by ticket: the unique one on ticket and position begins with the ticket, too.

Revision: 2026_11_22_40, after 2026_11_22_39.
"""

from alembic import op

revision = "2026_11_22_40"
down_revision = "2026_11_22_39"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_requested_actions_ticket_id", table_name="requested_actions")


def downgrade() -> None:
    op.create_index("ix_requested_actions_ticket_id", "requested_actions", ["ticket_id"])
