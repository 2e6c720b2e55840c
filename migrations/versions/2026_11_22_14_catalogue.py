"""Say what support tickets are routed by: products, categories, templates, and who signed up.

Revision: 2026_11_22_14, after 2026_11_22_13.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_14"
down_revision = "2026_11_22_13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("name", name=op.f("uq_products_name")),
    )
    op.create_table(
        "categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_mode", sa.Text(), nullable=True),
        sa.Column("routed_user_id", sa.Uuid(), nullable=True),
        sa.Column("routed_team_id", sa.Uuid(), nullable=True),
        sa.Column("requires_check", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("may_be_taken", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(assignment_mode IS NOT DISTINCT FROM 'routed') = (num_nonnulls(routed_user_id, routed_team_id) = 1) "
            "AND num_nonnulls(routed_user_id, routed_team_id) <= 1",
            name=op.f("ck_categories_routed_to_one"),
        ),
        sa.CheckConstraint(
            "assignment_mode IN ('least_loaded', 'routed', 'manual')", name=op.f("ck_categories_assignment_mode_known")
        ),
        sa.ForeignKeyConstraint(
            ["routed_team_id"], ["teams.id"], name=op.f("fk_categories_routed_team_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["routed_user_id"], ["users.id"], name=op.f("fk_categories_routed_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_categories_team_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_categories_name")),
    )
    op.create_table(
        "ticket_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_for_sign_up", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_ticket_templates_priority_known")
        ),
        sa.CheckConstraint("num_nonnulls(category_id, product_id) >= 1", name=op.f("ck_ticket_templates_is_routable")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_ticket_templates_category_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_ticket_templates_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_ticket_templates_name")),
    )
    op.create_index(
        "ix_ticket_templates_sign_up",
        "ticket_templates",
        ["position", "id"],
        unique=False,
        postgresql_where=sa.text("is_for_sign_up AND is_active"),
    )
    op.create_table(
        "account_sign_ups",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_sign_ups_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_account_sign_ups_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_account_sign_ups_created_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_sign_ups")),
    )


def downgrade() -> None:
    op.drop_table("account_sign_ups")
    op.drop_index(
        "ix_ticket_templates_sign_up",
        table_name="ticket_templates",
        postgresql_where=sa.text("is_for_sign_up AND is_active"),
    )
    op.drop_table("ticket_templates")
    op.drop_table("categories")
    op.drop_table("products")
