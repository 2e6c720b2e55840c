"""List tickets by themselves that have tags, and those that somebody has by their last change.

So the few tickets of a tag are met soon, and somebody's need not be sorted. The index of contacts' tickets holds what
counts tell apart, so that those of a name that many have are counted without a look at each.

Revision: 2026_11_22_38, after 2026_11_22_37.
"""

from alembic import op
from sqlalchemy import text

revision = "2026_11_22_38"
down_revision = "2026_11_22_37"
branch_labels = None
depends_on = None

LIVE = "deleted_at IS NULL AND archived_at IS NULL"
# Name of an index, what it is in the order of, what it holds beside, and of which tickets it is.
LISTS = (
    ("tagged_created", ("status", "created_at"), "updated_at", f"{LIVE} AND tags <> '{{}}'"),
    ("tagged_updated", ("status", "updated_at"), "created_at", f"{LIVE} AND tags <> '{{}}'"),
    (
        "assignee_updated",
        ("assignee_id", "status", "updated_at"),
        "created_by_id",
        f"{LIVE} AND assignee_id IS NOT NULL",
    ),
)
LISTED = ("updated_at", "status", "archived_at", "deleted_at")
COUNTED = ("kind", "assignee_id", "had_nobody_eligible", "delivery_failure")


def remake_of_contacts(*beside: str) -> None:
    """Make the index of contacts' tickets anew, with ``beside`` what it is in the order of."""
    name = "ix_tickets_contact_created"
    op.drop_index(name, table_name="tickets")
    op.create_index(name, "tickets", ["contact_id", "created_at", "id"], postgresql_include=list(beside))


def upgrade() -> None:
    for name, order, beside, where in LISTS:
        op.create_index(
            f"ix_tickets_{name}",
            "tickets",
            [*order, "id"],
            postgresql_include=[beside],
            postgresql_where=text(where),
        )
    remake_of_contacts(*LISTED, *COUNTED)


def downgrade() -> None:
    remake_of_contacts(*LISTED)
    for name, *_ in LISTS:
        op.drop_index(f"ix_tickets_{name}", table_name="tickets")
