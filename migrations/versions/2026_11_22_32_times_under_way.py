"""Index which tickets were under way at a moment, and inactive contacts: what some lists look up or begin with.

Revision: 2026_11_22_32, after 2026_11_22_31.
"""

from alembic import op
from sqlalchemy import text

revision = "2026_11_22_32"
down_revision = "2026_11_22_31"
branch_labels = None
depends_on = None

# From its creation until its last change, of a clock that may have been put back in between.
UNDER_WAY = "tstzrange(created_at, GREATEST(created_at, updated_at), '[]')"
LIVE = "deleted_at IS NULL AND archived_at IS NULL"


def upgrade() -> None:
    op.create_index(
        "ix_tickets_under_way", "tickets", [text(UNDER_WAY)], postgresql_using="gist", postgresql_where=text(LIVE)
    )
    op.create_index("ix_contacts_inactive", "contacts", ["created_at", "id"], postgresql_where=text("NOT is_active"))


def downgrade() -> None:
    op.drop_index("ix_contacts_inactive", table_name="contacts")
    op.drop_index("ix_tickets_under_way", table_name="tickets")
