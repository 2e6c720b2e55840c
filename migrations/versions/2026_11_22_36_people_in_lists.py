"""Let the index of contacts' tickets hold what lists ask: those of a name that many have are found in it alone.

Revision: 2026_11_22_36, after 2026_11_22_35.
"""

from collections.abc import Sequence

from alembic import op

revision = "2026_11_22_36"
down_revision = "2026_11_22_35"
branch_labels = None
depends_on = None


def remake(include: Sequence[str]) -> None:
    """Make the index of contacts' tickets anew, with ``include`` beside what it is in the order of."""
    op.drop_index("ix_tickets_contact_created", table_name="tickets")
    op.create_index(
        "ix_tickets_contact_created", "tickets", ["contact_id", "created_at", "id"], postgresql_include=include
    )


def upgrade() -> None:
    remake(["updated_at", "status", "archived_at", "deleted_at"])


def downgrade() -> None:
    remake([])
