"""Invite people without a user, and let users set new passwords.

Revision: 2026_11_22_31, after 2026_11_22_30.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_31"
down_revision = "2026_11_22_30"
branch_labels = None
depends_on = None

PURPOSES = ("assignment", "reply", "return", "close", "reopen", "reminder", "assigned", "digest")


def allow(*purposes: str) -> None:
    """Make these the purposes that a message may have."""
    op.drop_constraint(op.f("ck_messages_purpose_known"), "messages")
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    op.create_check_constraint(op.f("ck_messages_purpose_known"), "messages", f"purpose IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"], unique=False)
    op.create_table(
        "invites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sends", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(redeemed_at IS NULL) = (user_id IS NULL)", name=op.f("ck_invites_redeemed_by_someone")),
        sa.CheckConstraint("num_nonnulls(redeemed_at, revoked_at) <= 1", name=op.f("ck_invites_redeemed_or_revoked")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_invites_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_invites_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["users.id"], name=op.f("fk_invites_revoked_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_invites_ticket_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invites_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("token_id", name=op.f("uq_invites_token_id")),
    )
    op.create_index(op.f("ix_invites_contact_id"), "invites", ["contact_id"], unique=False)
    op.create_index("ix_invites_created", "invites", ["created_at", "id"], unique=False)
    op.create_index(
        "uq_invites_standing",
        "invites",
        ["address_key"],
        unique=True,
        postgresql_where=sa.text("redeemed_at IS NULL AND revoked_at IS NULL"),
    )
    allow(*PURPOSES, "delegation", "invitation", "password_reset")


def downgrade() -> None:
    op.execute(
        "DELETE FROM message_tickets WHERE message_id IN "
        "(SELECT id FROM messages WHERE purpose IN ('delegation', 'invitation', 'password_reset'))"
    )
    op.execute("DELETE FROM messages WHERE purpose IN ('delegation', 'invitation', 'password_reset')")
    allow(*PURPOSES)
    op.drop_index(
        "uq_invites_standing",
        table_name="invites",
        postgresql_where=sa.text("redeemed_at IS NULL AND revoked_at IS NULL"),
    )
    op.drop_index("ix_invites_created", table_name="invites")
    op.drop_index(op.f("ix_invites_contact_id"), table_name="invites")
    op.drop_table("invites")
    op.drop_index(op.f("ix_password_resets_user_id"), table_name="password_resets")
    op.drop_table("password_resets")
