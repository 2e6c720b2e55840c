"""Create monitored items and violation categories.

Revision: 2026_11_22_03, after 2026_11_22_02.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_03"
down_revision = "2026_11_22_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "violation_categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("regulation", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_violation_categories_name")),
    )
    op.create_table(
        "monitored_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("captured_text", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerts", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('post', 'profile')", name=op.f("ck_monitored_items_kind_known")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_monitored_items_contact_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitored_items")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_monitored_items_source_external_id")),
    )
    op.create_index(op.f("ix_monitored_items_contact_id"), "monitored_items", ["contact_id"], unique=False)
    op.create_index("ix_monitored_items_created", "monitored_items", ["created_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_monitored_items_created", table_name="monitored_items")
    op.drop_index(op.f("ix_monitored_items_contact_id"), table_name="monitored_items")
    op.drop_table("monitored_items")
    op.drop_table("violation_categories")
