"""Keep who is there to work tickets, when, and how many at most.

Revision: 2026_11_22_15, after 2026_11_22_14.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_15"
down_revision = "2026_11_22_14"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("works_tickets", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("users", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("users", sa.Column("is_away", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("users", sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "users", sa.Column("working_hours", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    )
    op.create_check_constraint(op.f("ck_users_capacity_not_negative"), "users", "capacity >= 0")
    op.create_check_constraint(op.f("ck_users_away_until_while_away"), "users", "away_until IS NULL OR is_away")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_users_away_until_while_away"), "users")
    op.drop_constraint(op.f("ck_users_capacity_not_negative"), "users")
    op.drop_column("users", "working_hours")
    op.drop_column("users", "away_until")
    op.drop_column("users", "is_away")
    op.drop_column("users", "capacity")
    op.drop_column("users", "works_tickets")
