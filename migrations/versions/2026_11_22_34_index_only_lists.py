"""Let indexes hold what else lists ask and are sorted by, so that few tickets or none are looked at for it.

Revision: 2026_11_22_34, after 2026_11_22_33.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_34"
down_revision = "2026_11_22_33"
branch_labels = None
depends_on = None

LIVE = "deleted_at IS NULL AND archived_at IS NULL"
# Name of an index, its first column, of which tickets it is, and what it has beside the time of the last change.
OWNERS = (
    ("assignee", "assignee_id", LIVE, ("created_by_id",)),
    ("creator", "created_by_id", LIVE, ()),
    ("checker", "checker_id", f"{LIVE} AND checker_id IS NOT NULL", ()),
    ("checker_team", "checker_team_id", f"{LIVE} AND checker_team_id IS NOT NULL", ()),
    ("category", "category_id", f"{LIVE} AND category_id IS NOT NULL", ("assignee_id",)),
    ("product", "product_id", f"{LIVE} AND product_id IS NOT NULL", ("category_id", "assignee_id")),
    ("origin", "origin", f"{LIVE} AND origin <> 'staff'", ()),
)
QUESTIONS = f"{LIVE} AND newest_words_by = 'recipient' AND status <> 'closed'"


def make(name: str, columns: Sequence[str], include: Sequence[str] = (), where: str | None = None) -> None:
    """Make an index on tickets."""
    condition = None if where is None else sa.text(where)
    op.create_index(
        f"ix_tickets_{name}", "tickets", list(columns), postgresql_include=list(include), postgresql_where=condition
    )


def drop(*names: str) -> None:
    """Drop indexes on tickets."""
    for name in names:
        op.drop_index(f"ix_tickets_{name}", table_name="tickets")


def upgrade() -> None:
    for name, column, where, beside in OWNERS:
        drop(name)
        make(name, (column, "status", "created_at", "id"), ("updated_at", *beside), where)
    drop("questions", "account_created")
    make("questions", ("status", "created_at", "id"), ("updated_at", "assignee_id", "kind"), QUESTIONS)
    make("account", ("account_id", "status", "created_at", "id"), ("updated_at", "archived_at", "deleted_at"))


def downgrade() -> None:
    drop("questions", "account")
    make("account_created", ("account_id", "created_at", "id"))
    make("questions", ("created_at", "id"), where=QUESTIONS)
    for name, column, where, _beside in OWNERS:
        drop(name)
        make(name, (column, "status", "created_at", "id"), where=where)
