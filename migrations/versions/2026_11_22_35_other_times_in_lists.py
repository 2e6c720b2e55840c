"""Let indexes of lists hold the other time as well: what is narrowed or sorted by that needs no look at a ticket.

Without it the index of an owner, which has both times, seemed cheaper to read and sort than a list in order.

Revision: 2026_11_22_35, after 2026_11_22_34.
"""

from alembic import op
from sqlalchemy import text

revision = "2026_11_22_35"
down_revision = "2026_11_22_34"
branch_labels = None
depends_on = None

LIVE = "deleted_at IS NULL AND archived_at IS NULL"
# Each index with the time that it is in the order of, the other, and of which tickets it is.
LISTS = (
    ("status_created", "created_at", "updated_at", LIVE),
    ("status_updated", "updated_at", "created_at", LIVE),
    ("outreach", "created_at", "updated_at", f"{LIVE} AND outreach_required"),
)


def remake(name: str, time: str, where: str, *also: str) -> None:
    """Make the index of lists by ``time`` anew, with the columns ``also`` beside what it is in the order of."""
    op.drop_index(f"ix_tickets_{name}", table_name="tickets")
    columns, condition = ["status", time, "id"], text(where)
    op.create_index(f"ix_tickets_{name}", "tickets", columns, postgresql_include=list(also), postgresql_where=condition)


def upgrade() -> None:
    for name, time, other, where in LISTS:
        remake(name, time, where, other)


def downgrade() -> None:
    for name, time, _other, where in LISTS:
        remake(name, time, where)
