"""Give tickets what support desks need: routing, tags, origin, a checking team and whose turn it is.

Revision: 2026_11_22_16, after 2026_11_22_15.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_16"
down_revision = "2026_11_22_15"
branch_labels = None
depends_on = None

CHECKS = (
    ("origin_known", "origin IN ('staff', 'portal', 'sign_up', 'email')"),
    ("newest_words_by_known", "newest_words_by IN ('staff', 'recipient')"),
    (
        "support_is_routable",
        "kind <> 'support' OR (contact_id IS NOT NULL AND account_id IS NOT NULL "
        "AND num_nonnulls(category_id, product_id) >= 1)",
    ),
)


def upgrade() -> None:
    op.add_column("tickets", sa.Column("checker_team_id", sa.Uuid(), nullable=True))
    op.add_column("tickets", sa.Column("category_id", sa.Uuid(), nullable=True))
    op.add_column("tickets", sa.Column("product_id", sa.Uuid(), nullable=True))
    op.add_column("tickets", sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("tickets", sa.Column("origin", sa.Text(), server_default="staff", nullable=False))
    op.add_column("tickets", sa.Column("outreach_required", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("tickets", sa.Column("newest_words_by", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("had_nobody_eligible", sa.Boolean(), server_default="false", nullable=False))
    op.create_index(
        "ix_tickets_category",
        "tickets",
        ["category_id", "status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND category_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_checker_team",
        "tickets",
        ["checker_team_id", "status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND checker_team_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_closed",
        "tickets",
        ["closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_product",
        "tickets",
        ["product_id", "status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND product_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_questions",
        "tickets",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text(
            "deleted_at IS NULL AND archived_at IS NULL AND newest_words_by = 'recipient' AND status <> 'closed'"
        ),
    )
    op.create_foreign_key(
        op.f("fk_tickets_product_id"), "tickets", "products", ["product_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_foreign_key(
        op.f("fk_tickets_category_id"), "tickets", "categories", ["category_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_foreign_key(
        op.f("fk_tickets_checker_team_id"), "tickets", "teams", ["checker_team_id"], ["id"], ondelete="RESTRICT"
    )
    for name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_tickets_{name}"), "tickets", condition)


def downgrade() -> None:
    for name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_tickets_{name}"), "tickets")
    op.drop_constraint(op.f("fk_tickets_checker_team_id"), "tickets", type_="foreignkey")
    op.drop_constraint(op.f("fk_tickets_category_id"), "tickets", type_="foreignkey")
    op.drop_constraint(op.f("fk_tickets_product_id"), "tickets", type_="foreignkey")
    op.drop_index(
        "ix_tickets_questions",
        table_name="tickets",
        postgresql_where=sa.text(
            "deleted_at IS NULL AND archived_at IS NULL AND newest_words_by = 'recipient' AND status <> 'closed'"
        ),
    )
    op.drop_index(
        "ix_tickets_product",
        table_name="tickets",
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND product_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_tickets_closed",
        table_name="tickets",
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND closed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_tickets_checker_team",
        table_name="tickets",
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND checker_team_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_tickets_category",
        table_name="tickets",
        postgresql_where=sa.text("deleted_at IS NULL AND archived_at IS NULL AND category_id IS NOT NULL"),
    )
    op.drop_column("tickets", "had_nobody_eligible")
    op.drop_column("tickets", "first_response_at")
    op.drop_column("tickets", "newest_words_by")
    op.drop_column("tickets", "outreach_required")
    op.drop_column("tickets", "origin")
    op.drop_column("tickets", "tags")
    op.drop_column("tickets", "product_id")
    op.drop_column("tickets", "category_id")
    op.drop_column("tickets", "checker_team_id")
